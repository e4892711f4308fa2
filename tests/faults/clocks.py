"""F11: the clock jumps, and the days on which it is strange."""

from datetime import UTC, datetime, timedelta

from tests.faults import mailed, reminded, scenes
from tests.faults.clockwork import Clockwork
from tests.faults.registry import fault

HOUR = timedelta(hours=1)
PEOPLE = 5
EARLY = timedelta(seconds=14)  # how long before its due time a reminder is waited for: two beats and more

# (what is strange, the wall time in Berlin that a rule names, the instant it means)
STRANGE_DAYS = (
    ("year end", "2026-12-31 23:59", datetime(2026, 12, 31, 22, 59, tzinfo=UTC)),
    ("the night summer time begins", "2027-03-28 02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ("the day after", "2027-03-29 09:00", datetime(2027, 3, 29, 7, 0, tzinfo=UTC)),
    ("the night summer time ends", "2027-10-31 02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ("the day after that", "2027-11-01 09:00", datetime(2027, 11, 1, 8, 0, tzinfo=UTC)),
    ("leap day", "2028-02-29 09:00", datetime(2028, 2, 29, 8, 0, tzinfo=UTC)),
)


@fault("F11", "the clock jumps by an hour, forwards and back")
def jump(stage, report):
    """A reminder goes once, when the portal's clock says so, and work goes on after either jump."""
    report.did = "+1 h, then -1 h, with mails and reminders under way"
    clockwork = Clockwork(stage)
    stage.start(**clockwork.environment)
    stage.ask(reminded.remind, slug="first", members=PEOPLE, due_in_seconds=1800, minutes_before=600)
    stage.ask(reminded.remind, slug="second", members=PEOPLE, due_in_seconds=5400, minutes_before=600)
    for number, delta in enumerate((HOUR, -HOUR)):
        stage.hold("mail")
        stage.ask(scenes.invite, count=5, slug=f"before{number}")
        clockwork.shift(delta)
        stage.wake("mail")
        stage.wait(lambda: stage.ask(mailed.is_beating), 60, f"a beat after {delta}")
        stage.ask(scenes.invite, count=20, slug=f"jump{number}")
        stage.wait(lambda number=number: stage.smtp.count >= 25 * (number + 1), 60, f"mails after {delta}")
        stage.wait(lambda: not stage.ask(reminded.reminders_due), 60, "the reminders")
        stage.settle(report, is_counted=False)
    report.require(stage.ask(reminded.reminder_states)["second"] == ["scheduled"], "a reminder went before its time")
    clockwork.shift(timedelta(minutes=95))
    stage.wait(lambda: stage.smtp.count >= 50 + 2 * PEOPLE, 60, "the second reminder")
    stage.settle(report)
    report.require(report.mails == 50 + 2 * PEOPLE, f"{report.mails} mails instead of {50 + 2 * PEOPLE}")


@fault("F11", "days on which the clock is strange")
def strange_days(stage, report):
    """Rules that name a wall time in Berlin: no reminder before its instant, one mail to each after it."""
    days = stage.pick(short=STRANGE_DAYS[1::2], long=STRANGE_DAYS)
    report.did = f"reminders on {len(days)} strange days: summer time, leap day, year end"
    clockwork = Clockwork(stage, start=days[0][2] - timedelta(days=2))
    stage.start(**clockwork.environment)
    for number, (what, wall_time, due_at) in enumerate(days):
        clockwork.set(due_at - EARLY)
        stage.ask(reminded.remind_at, slug=f"day{number}", members=PEOPLE, wall_time=wall_time, zone="Europe/Berlin")
        planned = stage.ask(reminded.due_times, slug=f"day{number}")
        report.require(planned == [due_at.isoformat()], f"{what}: planned for {planned}")
        stage.wait(lambda due_at=due_at: clockwork.now > due_at - EARLY / 5, 60, "the time to come near")
        report.require(stage.smtp.count == PEOPLE * number, f"{what}: a reminder came too early")
        stage.wait(lambda number=number: stage.smtp.count >= PEOPLE * (number + 1), 60, f"the reminders of {what}")
    stage.settle(report)
    report.require(report.mails == PEOPLE * len(days), "a reminder is missing")
