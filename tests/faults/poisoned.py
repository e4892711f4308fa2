"""F10: one mail, one address, one person that makes every attempt fail."""

from tests.faults import mailed, papers, scenes
from tests.faults.registry import fault
from tests.faults.settling import require_chased

PLENTY_SECONDS = 180  # all mails leave in this time: nothing is caught up here, they only begin


@fault("F10", "poison among the mails")
def poison(stage, report):
    count = stage.pick(short=100, long=1000)
    report.did = f"unwritable, bad address, deleted, in {count} mails and chases"
    stage.start()
    stage.hold("mail")
    stage.ask(scenes.invite, count=count)
    stage.wait(lambda: stage.ask(mailed.told) == count, 60, "the ledger's rows")
    asked = stage.ask(papers.circulate, count=count // 10, chased_in_seconds=1)
    stage.wait(lambda: stage.ask(mailed.told) == count + 2 * asked, 60, "the request and its chase")
    poisoned = stage.ask(mailed.poison_three)
    stage.wake("mail")
    stage.settle(report, within=PLENTY_SECONDS)
    ended = stage.ask(mailed.ended, message_ids=poisoned)
    report.require(set(ended.values()) <= {"failed", "suppressed"}, f"the poisons ended as {ended}")
    others = count + 2 * asked - 2  # the third poison is one more mail to somebody
    report.require(report.mails == others, f"{report.mails} of {others} others got theirs")
    require_chased(stage, report, asked)
    attempts = stage.ask(mailed.most_attempts)
    report.require(attempts <= 5, f"a mail was tried {attempts} times")
    report.require(stage.status("/readyz") == 200, "the worker does not go on")
