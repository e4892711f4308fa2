"""The Celery app of the workers and of whoever leaves them a nudge. The beat has its own, lighter one: `clock.py`."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_init
from django.conf import settings

from apps.core.logs import task_id as logged_task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmmportal.settings")

app = Celery("cmmportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_own_logging(**_signal: Any) -> None:
    """Log like the web process does: Celery leaves logging alone once this signal has a receiver."""
    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
def admit_worker(**_signal: Any) -> None:
    """Refuse to start with the wrong key, as the web process does."""
    from cmmportal.admission import admit  # noqa: PLC0415 - it loads models, which this module comes before

    admit()


@task_prerun.connect
def name_task(task_id: str, task: Any, **_signal: Any) -> None:
    """Have every line a task logs say which one it was."""
    logged_task.set(f"{task.name} {task_id}")


@task_postrun.connect
def forget_task(**_signal: Any) -> None:
    """Between tasks there is none."""
    logged_task.set("")
