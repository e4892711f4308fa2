"""The schedule, and what the beat needs to say it."""

import subprocess
import sys

import pytest
from django.conf import settings

from apps.notifications.claims import CLOCKS_DIFFER
from cmmportal.celery import app


@pytest.mark.django_db
def test_every_scheduled_task_exists():
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(app.tasks)


def test_every_entry_reaches_a_worker_whose_clock_differs_and_dies_in_the_end():
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] == entry["schedule"] + CLOCKS_DIFFER.total_seconds()


def test_only_delivery_runs_in_the_mail_queue():
    queues = {entry["task"]: entry["options"]["queue"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {task for task, queue in queues.items() if queue == "mail"} == {"notifications.deliver"}
    assert settings.CELERY_TASK_ROUTES == {"notifications.deliver": {"queue": "mail"}}


def test_beat_does_not_load_the_applications(clean_environment):
    script = "import sys, cmmportal.clock; print({'django.db', 'apps.core.models'} & set(sys.modules))"
    finished = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=clean_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert finished.stdout.strip() == "set()"
