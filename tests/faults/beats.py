"""F3: the beat killed, doubled, and everything asleep for three hours."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial

from django.conf import settings

from cmmportal.tether import die_with_parent
from tests.faults import papers, reminded, scenes
from tests.faults.clockwork import Clockwork
from tests.faults.registry import fault
from tests.faults.settling import require_chased

ASLEEP = timedelta(hours=3)
TWO_OF_EVERYTHING = (
    ("celery", "--quiet", "--app", "cmmportal", "worker", "--pool", "solo", "--hostname", "m2@%h", "--queues", "mail"),
    ("celery", "--quiet", "--app", "cmmportal", "worker", "--pool", "solo", "--hostname", "w2@%h", "--queues", "work"),
    ("cmmportal.clock",),
)


@fault("F3", "beat killed")
def kill_beat(stage, report):
    times = stage.pick(short=1, long=3)
    report.did = f"kill -9 of the beat, {times} x, reminders and chases meanwhile"
    stage.start()
    for number in range(times):
        stage.kill("beat")
        stage.ask(reminded.remind, slug=f"soon{number}", members=20, due_in_seconds=3)
        stage.ask(papers.circulate, slug=f"paper{number}", count=10, chased_in_seconds=3)
    count = (20 + 2 * 10) * times  # who is asked for comments is chased as well
    stage.wait(lambda: stage.smtp.count >= count, 60, "the reminders and chases")
    stage.settle(report)
    report.require(report.mails == count, f"{report.mails} mails instead of {count}")
    require_chased(stage, report, 10 * times)


@fault("F3", "two of everything")
def double_beat(stage, report):
    count = stage.pick(short=100, long=1000)
    report.did = f"a second beat and second workers, {count} mails and 100 reminders"
    stage.start()
    helpers = [_start(stage, command) for command in TWO_OF_EVERYTHING]
    try:
        stage.smtp.box.delay = 0.01
        stage.ask(reminded.remind, slug="soon", members=100, due_in_seconds=3)
        stage.ask(scenes.invite, count=count)
        stage.wait(lambda: stage.smtp.count >= count + 100, 180, "all mails")
        stage.settle(report)
    finally:
        for helper in helpers:
            helper.terminate()
        for helper in helpers:
            helper.wait(40)
    report.require(report.mails == count + 100, f"{report.mails} mails instead of {count + 100}")


@fault("F3", "asleep for three hours")
def asleep(stage, report):
    """As a laptop or a paused machine: every process stands still and the clock has gone on."""
    report.did = "every process held still while the clock goes on by 3 h"
    clockwork = Clockwork(stage)
    stage.start(**clockwork.environment)
    stage.ask(reminded.remind, slug="late", members=10, due_in_seconds=3600, minutes_before=600)
    stage.ask(reminded.remind, slug="over", members=10, due_in_seconds=3600, minutes_before=60)
    stage.smtp.box.delay = 0.1
    stage.ask(scenes.invite, count=60)
    stage.wait(lambda: stage.smtp.count >= 10, 60, "mails")
    parts = ("mail", "work", "beat", "web")
    stage.kill(*parts, number=signal.SIGSTOP)  # wherever each of them is: nobody is left to wait for it
    clockwork.shift(ASLEEP)
    stage.wake(*parts)
    stage.wait(lambda: not stage.ask(reminded.reminders_due), 60, "the reminders to be looked at")
    stage.settle(report, doubts=1)
    found = stage.ask(reminded.reminder_states)
    report.require(found == {"late": ["sent"], "over": ["missed"]}, f"the reminders ended as {found}")
    late, over = (_count(stage, slug, 10) for slug in ("late", "over"))
    report.require((late, over) == (10, 0), f"{late} late reminders and {over} of past events instead of 10 and 0")


def _count(stage, slug, people):
    """How many mails the people of an event got."""
    return sum(len(stage.smtp.mails_to(f"{slug}{number}@mail.example")) for number in range(people))


def _start(stage, command):
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in stage.environment.items() if name != "DJANGO_SETTINGS_MODULE"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  started from the main thread
    )
