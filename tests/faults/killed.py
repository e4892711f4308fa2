"""F1: workers killed in the middle of their mails."""

from tests.faults import mailed, papers, scenes
from tests.faults.registry import fault

SECONDS_PER_MAIL = 0.02


@fault("F1", "mail workers killed")
def kill_mail_worker(stage, report):
    """Every other time the whole group goes: both workers and the beat."""
    count, kills = stage.pick(short=200, long=1000), stage.pick(short=1, long=5)
    report.did = f"kill -9 of mail worker or worker group, {kills} x in {count} mails of all kinds"
    stage.start()
    stage.smtp.box.delay = SECONDS_PER_MAIL
    stage.ask(papers.circulate, count=count // 4)
    stage.ask(papers.discuss, count=count // 4)
    stage.ask(scenes.invite, count=count // 2)
    for number in range(kills):
        goal = (number + 1) * count // (kills + 2)
        stage.wait(lambda goal=goal: stage.smtp.count >= goal, 120, f"{goal} mails")
        stage.kill(*(("mail", "work", "beat") if number % 2 else ("mail",)))
    if stage.is_short:
        stage.ask(mailed.end_leases)  # before the supervisor's pause is over and another worker holds some
    stage.settle(report, doubts=kills)
    told = stage.ask(mailed.told)
    report.require(told == count, f"{count} were to be told something, the ledger has {told} rows")
    arrived = report.mails + report.unclear
    report.require(arrived >= count, f"of {count} mails {report.mails} came, {report.unclear} are unclear")


@fault("F1", "work worker killed while an announcement is expanded")
def kill_work_worker(stage, report):
    count, kills = stage.pick(short=4000, long=10_000), stage.pick(short=1, long=3)
    report.did = f"kill -9 of the work worker, {kills} x while {count} are told"
    stage.start()
    stage.hold("mail")  # the mails themselves are another fault
    stage.ask(scenes.invite, count=count)
    for _time in range(kills):
        begun = stage.ask(mailed.told)
        stage.wait(lambda begun=begun: stage.ask(mailed.told) > begun, 60, "a chunk")
        stage.kill("work")
    stage.wait(lambda: stage.ask(mailed.told) == count, 60, f"{count} ledger rows")
    rows = stage.ask(mailed.ledger)
    report.mails = len(rows)
    report.lost = count - len(rows)
    report.require(not report.lost, f"{report.lost} of {count} have no row in the ledger")
    report.failures += stage.ask(mailed.ledger_differences)
    stage.wake("mail")
