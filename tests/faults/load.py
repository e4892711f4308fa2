"""People at work on the portal under test, as browsers would: members, the secretariat, readers."""

import threading
import time

from tests.faults import papers, scenes
from tests.faults.record import Record
from tests.faults.uploads import Uploads
from tests.faults.visitor import NoAnswer, Seen, Visitor

PAUSE_SECONDS = 0.25
PAGES = ("/", "/events/", "/about/", "/accounts/login/")
ANSWERS = {"yes-online": ["yes", "online"], "maybe": ["maybe", ""], "no": ["no", ""]}
SEATED = {"yes-in-person": ["yes", "in_person"], "no": ["no", ""]}
LONGEST_ACT_SECONDS = 80


class Load:
    """Sets ``answering`` members, ``seated`` members and a staff member to work until ``end``; with
    ``is_uploading`` the secretariat adds files to papers as well.
    """

    def __init__(self, stage, *, answering=2, seated=3, invited=400, is_uploading=False):
        self._stage = stage
        self.seen = Seen()
        self.record = Record(stage.folder / "record.jsonl")
        self._ended = threading.Event()
        self._people = stage.ask(scenes.prepare_load, members=answering + seated, invited=invited, seats=seated - 1)
        members = self._people["members"]
        acts = [(self._answer, address) for address in members[:answering]]
        acts += [(self._take_seat, address) for address in members[answering:]]
        acts += [(self._change_profile, members[0]), (self._invite, "staff@example.org"), (self._read, None)]
        self.uploads = Uploads(stage, self._act, self.seen) if is_uploading else None
        acts += self.uploads.acts() if self.uploads else []
        visitors = {address: self._arrive(address) for _act, address in acts}
        self._staff = visitors["staff@example.org"]
        self._threads = [
            threading.Thread(target=self._work, args=(act, visitors[address].copy(), address), daemon=True)
            for act, address in acts
        ]

    def begin(self):
        for thread in self._threads:
            thread.start()

    def end(self):
        """Let everybody finish what they are at."""
        self._ended.set()
        deadline = time.monotonic() + LONGEST_ACT_SECONDS
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))
        self.record.close()

    def wait_for_acts(self, number, seconds=60):
        """Wait until this many acts more were acknowledged."""
        goal = self.acts + number
        self._stage.wait(lambda: self.acts >= goal, seconds, f"{number} acknowledged acts")

    @property
    def acts(self):
        return self.record.acknowledged

    @property
    def put_off(self):
        """How many requests were answered that the portal can not do it now."""
        return self.seen.statuses[503] + (self.uploads.without_room if self.uploads else 0)

    def compare(self, report):
        """Everything acknowledged must stand in the database and, for invitations, have gone out."""
        acts, possible = self.record.read()
        report.acts += acts
        report.require(acts, "the portal acknowledged nothing at all")
        for wrong in sorted(set(self.seen.wrong)):
            report.failures.append(f"seen {self.seen.wrong.count(wrong)} times: {wrong}")
        standing = self._stage.ask(scenes.standing) | {"version": self._stage.ask(papers.kept)}
        for (kind, subject), values in possible.items():
            found = standing[kind].get(subject)
            report.require(found in values, f"{kind} of {subject} is {found!r}, acknowledged was {values!r}")
        for sentence in self._stage.ask(scenes.wrong_seats):
            report.failures.append(sentence)
        self._compare_invitations(report, [subject for kind, subject in possible if kind == "invited"])

    def compare_files(self, report, *, astray):
        """See ``Uploads.compare``."""
        self.uploads.compare(report, self._staff.copy(), astray=astray)

    def _compare_invitations(self, report, addresses):
        """One invitation to each; a second copy of it is the same mail."""
        if self._stage.smtp is None:
            return
        for address in addresses:
            got = self._stage.smtp.mails_to(address)
            is_once = len(got) == 1 and set(got.values()) == {"Invitation: Round"}
            report.require(is_once, f"{address} was invited and got {sorted(got.values())!r}")

    def _arrive(self, address):
        visitor = Visitor(self._stage.portal.port, self.seen)
        if address:
            visitor.log_in(address, scenes.PASSWORD)
        return visitor

    def _work(self, act, visitor, address):
        turn = 0
        while not self._ended.is_set():
            try:
                act(visitor, address, turn)
            except NoAnswer:
                self._ended.wait(PAUSE_SECONDS)
            except Exception as fault:  # noqa: BLE001  a client that breaks must not look like one with nothing to do
                self.seen.wrong.append(repr(fault))
            turn += 1
            self._ended.wait(PAUSE_SECONDS)

    def _act(self, kind, subject, value, send):
        """One act: noted, sent, and noted again when the portal said yes."""
        number = self.record.attempt(kind, subject, value)
        if send().is_yes:
            self.record.acknowledge(number)

    def _answer(self, visitor, address, turn, slug="workshop", choices=ANSWERS):
        pressed = list(choices)[turn % len(choices)]
        path = f"/events/{slug}/answer/"
        self._act(slug, address, choices[pressed], lambda: visitor.post(path, {"answer": pressed}))

    def _take_seat(self, visitor, address, turn):
        self._answer(visitor, address, turn, slug="limited", choices=SEATED)

    def _change_profile(self, visitor, address, turn):
        path, position = "/settings/profile/", f"Adviser {turn}"
        fields = {"name": "Anna Adviser", "position": position, "time_zone": "UTC", "language": "en"}
        self._act("position", address, position, lambda: visitor.post(path, fields))

    def _invite(self, visitor, address, turn):
        path = f"/admin/events/event/{self._people['round']}/invite/"
        if turn >= len(self._people["invited"]):
            return
        member, invited = self._people["invited"][turn]
        page = visitor.post(path, {"members": member, "_choose": "1"})
        if page.status == 200 and "chosen" in page.hidden():
            sent = {"paragraph": "", "_confirm": "1"}
            self._act("invited", invited, "yes", lambda: visitor.post(path, sent, page=page))

    def _read(self, visitor, address, turn):
        visitor.get(PAGES[turn % len(PAGES)])
