"""F10: one mail, one address, one person that makes every attempt fail."""

from tests.faults import mailed, scenes
from tests.faults.registry import fault

PLENTY_SECONDS = 180  # all mails leave in this time: nothing is caught up here, they only begin


@fault("F10", "poison among the mails")
def poison(stage, report):
    count = stage.pick(short=100, long=1000)
    report.did = f"three poisons in {count}: not to be written, bad address, deleted member"
    stage.start()
    stage.hold("mail")
    stage.ask(scenes.invite, count=count)
    stage.wait(lambda: stage.ask(mailed.told) == count, 60, "the ledger's rows")
    poisoned = stage.ask(mailed.poison_three)
    stage.wake("mail")
    stage.settle(report, within=PLENTY_SECONDS)
    ended = stage.ask(mailed.ended, message_ids=poisoned)
    report.require(set(ended.values()) <= {"failed", "suppressed"}, f"the poisons ended as {ended}")
    others = count - 2  # the third poison is one more mail to somebody
    report.require(report.mails == others, f"{report.mails} of {others} others got theirs")
    attempts = stage.ask(mailed.most_attempts)
    report.require(attempts <= 5, f"a mail was tried {attempts} times")
    report.require(not report.repeated + report.unclear, "a poison has doubled others")
    report.require(stage.status("/readyz") == 200, "the worker does not go on")
