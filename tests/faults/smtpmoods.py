"""F9: the mail server refuses, delays, hangs, goes away."""

import time

from tests.faults import mailed, scenes
from tests.faults.registry import fault

EACH = 6  # mails written in each mood
TIMEOUT_SECONDS = 20  # of the portal's SMTP client
SUFFERS_SECONDS = 6  # in each mood, after the first try: more than the beat waits


@fault("F9", "the mail server misbehaves")
def misbehave(stage, report):
    """One mood after the other; whatever it was, in the end each mail is delivered once or visibly failed."""
    moods = stage.pick(short=("4xx", "greylist", "drop"), long=("4xx", "greylist", "drop", "slow", "hang", "silent"))
    report.did = f"moods of the mail server: {', '.join(moods)}, 5xx, one refused, down, flapping"
    stage.start()
    load = stage.load(seated=1, invited=0)  # people whose acts send no mail
    for mood in moods:
        _suffer(stage, report, mood)
    _refuse(stage, report)
    _go_away(stage, report)
    report.require(load.seen.slowest < TIMEOUT_SECONDS, "the pages waited for the mail server")
    stage.ask(mailed.hurry)
    stage.settle(report, load, doubts=EACH)  # those that were taken and not answered for
    failed = stage.ask(mailed.failed_addresses)
    expected = sorted(
        [*(f"refused{number}@mail{number % 7}.example" for number in range(EACH)), "single0@mail0.example"]
    )
    report.require(failed == sorted(expected), f"failed are {failed}")
    report.require(report.unclear == 0, f"{report.unclear} unclear although every kind may repeat")


def _suffer(stage, report, mood):
    """Write mails in a mood; nobody may be asked for the same mail again and again."""
    slug = f"in-{mood}"
    asked = stage.smtp.box.commands["RCPT"]
    stage.smtp.become(mood)
    stage.ask(scenes.invite, count=EACH, slug=slug)
    stage.wait(lambda: stage.ask(mailed.tried, slug=slug), 90, f"a try while {mood}")
    time.sleep(SUFFERS_SECONDS)
    stage.smtp.become("ok")
    tries = stage.smtp.box.commands["RCPT"] - asked
    report.require(tries <= 2 * EACH, f"{tries} tries for {EACH} mails while {mood}: no back-off")
    _require_delivery(stage, report, slug)


def _refuse(stage, report):
    stage.smtp.become("5xx")
    stage.ask(scenes.invite, count=EACH, slug="refused")
    stage.wait(lambda: "failed" in stage.ask(mailed.states_of, slug="refused"), 60, "a refusal")
    stage.wait(lambda: stage.ask(mailed.states_of, slug="refused") == {"failed": EACH}, 30, "all refusals")
    stage.smtp.become("ok")
    stage.smtp.box.refused.add("single0@mail0.example")
    stage.ask(scenes.invite, count=EACH, slug="single")
    stage.wait(lambda: stage.ask(mailed.delivered, slug="single") == EACH - 1, 60, "the others of a refused one")
    page = stage.ask(mailed.needing_a_hand)
    report.require(page >= EACH + 1, "the secretariat does not see what failed")


def _go_away(stage, report):
    times = stage.pick(short=1, long=3)
    for number in range(times):
        slug = f"down{number}"
        stage.smtp.down()
        stage.ask(scenes.invite, count=EACH, slug=slug)
        time.sleep(SUFFERS_SECONDS)
        stage.smtp.up()
        _require_delivery(stage, report, slug)


def _require_delivery(stage, report, slug):
    """All mails about the event leave once the server is well; their next tries come as if time had passed."""
    try:
        stage.wait(lambda: stage.ask(mailed.hurry_until_delivered, slug=slug) == EACH, 90, "delivery")
    except TimeoutError:
        report.failures.append(f"mails of {slug} wait: {stage.ask(mailed.waits_for, slug=slug)}")
