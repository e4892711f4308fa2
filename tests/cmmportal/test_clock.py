"""The beat and the system's clock."""

from datetime import timedelta

import pytest
import time_machine
from celery import Celery
from celery.schedules import schedule

from cmmportal.clock import SteadyScheduler
from tests.make import NOW


@pytest.fixture
def scheduler(tmp_path):
    app = Celery("clock", broker="memory://", set_as_current=False)
    app.conf.update(timezone="UTC", beat_schedule={"look": {"task": "look", "schedule": schedule(5)}})
    scheduler = SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"))
    yield scheduler
    scheduler.close()


def looked(scheduler):
    return scheduler.schedule["look"].total_run_count


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forwards"])
def test_beat_goes_on_within_its_interval_after_the_clock_jumps(scheduler, jump):
    with time_machine.travel(NOW, tick=False) as clock:
        scheduler.tick()
        clock.shift(6)
        scheduler.tick()
        before = looked(scheduler)
        clock.shift(jump)
        scheduler.tick()
        clock.shift(6)
        scheduler.tick()

    assert looked(scheduler) > before
