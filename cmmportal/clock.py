"""The Celery app of the beat alone: the schedule and the broker, without Django and the applications.

The beat only says names aloud every few seconds; loading models for that would cost it 60 MB.
Start it with `python -m cmmportal.clock`, which also spares it what the `celery` command line loads.
"""

import logging
import logging.config
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import setup_logging

from cmmportal import settings

logger = logging.getLogger(__name__)

app = Celery("clock", fixups=[])
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    broker_connection_retry_on_startup=True,
    beat_schedule=settings.CELERY_BEAT_SCHEDULE,
    beat_schedule_filename=settings.CELERY_BEAT_SCHEDULE_FILENAME,
    task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
    task_ignore_result=True,
    timezone="UTC",
)


@setup_logging.connect
def keep_own_logging(**_signal: Any) -> None:
    """Log like every other process of the portal."""
    logging.config.dictConfig(settings.LOGGING)


class SteadyScheduler(PersistentScheduler):
    """Goes on when the system's clock is set back; Celery's own would say nothing until the old time comes again."""

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Say what is due; returns the seconds until it wants to be asked again."""
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > entry.default_now()]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        if ahead:
            logger.warning("The clock was set back: the schedule begins anew.")
            self._heap = None  # It is kept in the order of the old times.
        return super().tick(*arguments, **options)


def main() -> None:
    """Run the beat in the foreground."""
    app.Beat(quiet=True, scheduler=SteadyScheduler).run()


if __name__ == "__main__":
    main()
