"""F17: the double click, the second tab, the stale edit."""

from concurrent.futures import ThreadPoolExecutor

from tests.faults import scenes
from tests.faults.registry import fault
from tests.faults.visitor import Seen, Visitor

AT_ONCE = 8


@fault("F17", "double click, two tabs, stale edit")
def act_twice(stage, report):
    rounds = stage.pick(short=1, long=5)
    report.did = f"{AT_ONCE} equal requests at once: answer, invite, accept; stale edit in two tabs"
    stage.start()
    people = stage.ask(scenes.prepare_load, members=3, invited=10 * rounds, seats=1)
    seen = Seen()
    staff = _sign_in(stage, seen, "staff@example.org")
    _answer_at_once(stage, report, [_sign_in(stage, seen, address) for address in people["members"]])
    for number in range(rounds):
        some = people["invited"][10 * number : 10 * number + 10]
        _invite_at_once(report, staff, people["round"], [member for member, _address in some])
        _accept_at_once(stage, report, seen, f"new{number}@ministry.example")
    sayings = stage.ask(scenes.announcements, slug="round")
    report.require(sayings == rounds, f"{rounds} pages were confirmed, {sayings} announcements made of them")
    _edit_in_two_tabs(stage, report, staff)
    stage.settle(report)
    report.acts = seen.statuses[302]
    report.failures += seen.wrong
    for _member, address in people["invited"]:
        got = list(stage.smtp.mails_to(address).values())
        report.require(got == ["Invitation: Round"], f"{address} was invited and got {got}")


def _answer_at_once(stage, report, members):
    """Everybody presses the button of the one seat several times at once."""
    tabs = [tab.copy() for tab in members for _time in range(AT_ONCE // 2)]
    answers = _at_once(lambda tab: tab.post("/events/limited/answer/", {"answer": "yes-in-person"}), tabs)
    report.require({answer.status for answer in answers} == {302}, "an answer was not taken")
    report.failures += stage.ask(scenes.wrong_seats)
    seats = stage.ask(scenes.seats_and_queue, slug="limited")
    report.require(seats == [1, len(members) - 1], f"[seats, waiting] are {seats}")


def _invite_at_once(report, staff, event, members):
    """The confirming page sent several times at once."""
    path = f"/admin/events/event/{event}/invite/"
    page = staff.post(path, {"members": members, "_choose": "1"})
    sent = {"paragraph": "", "_confirm": "1"}
    answers = _at_once(lambda tab: tab.post(path, sent, page=page), [staff.copy() for _time in range(AT_ONCE)])
    report.require({answer.status for answer in answers} == {302}, "an invitation was not taken")


def _accept_at_once(stage, report, seen, address):
    path = stage.ask(scenes.invite_address, address=address)
    tabs = [Visitor(stage.port, seen) for _time in range(AT_ONCE)]
    pages = [tab.get(path) for tab in tabs]
    pairs = list(zip(tabs, pages, strict=True))
    _at_once(lambda pair: pair[0].post(path, {"consent": "on"}, page=pair[1]), pairs)
    accounts = stage.ask(scenes.accounts_and_memberships, address=address)
    report.require(accounts == [1, 1], f"[accounts, memberships] after accepting at once: {accounts}")


def _edit_in_two_tabs(stage, report, staff):
    """The second tab keeps its text and is told; pressing again saves it."""
    path, other = "/events/workshop/edit/", staff.copy()
    first, second = staff.get(path), other.get(path)
    fields = stage.ask(scenes.form_fields, slug="workshop")
    saved = staff.post(path, fields | {"lead": "Mine"}, page=first)
    refused = other.post(path, fields | {"lead": "No, mine"}, page=second)
    report.require(saved.status == 302, f"the first edit answers {saved.status}")
    has_own_text = refused.status == 200 and "Somebody else saved" in refused.text and "No, mine" in refused.text
    report.require(has_own_text, f"the stale edit answers {refused.status} without its text or a warning")
    again = other.post(path, fields | {"lead": "No, mine"}, page=refused)
    report.require(again.status == 302, f"saving again answers {again.status}")


def _sign_in(stage, seen, address):
    visitor = Visitor(stage.port, seen)
    visitor.log_in(address, scenes.PASSWORD)
    return visitor


def _at_once(act, things):
    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(act, things))
