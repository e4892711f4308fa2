"""What the worker does with publications and their circulations when the beat tells it to look."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from celery import shared_task
from django.db import models
from django.utils import timezone

from apps.notifications import holds
from apps.publications import actions
from apps.publications.models import Circulation, Publication

logger = logging.getLogger(__name__)

# Less than the beat's pause.
REST_SECONDS = 4.0


@shared_task(name="publications.tick")
def tick() -> None:
    """Publish what is due, close circulations whose time is over, and say the day after how they ended."""
    now = timezone.now()
    publish_what_is_due(now)
    look_after_circulations(now)


def publish_what_is_due(now: datetime) -> None:
    """One query when nothing is due; a second run does nothing."""
    _each(Publication.objects.to_publish(now), lambda publication: actions.publish_due(publication, now))


def look_after_circulations(now: datetime) -> None:
    """Three queries when nothing is due; a second run does nothing."""
    _each(Circulation.objects.over(now), lambda circulation: actions.close_over(circulation, now))
    if not holds.is_open():
        _each(Circulation.objects.to_summarise(now), lambda circulation: actions.summarise(circulation, now))


def _each[Row: models.Model](rows: Iterable[Row], do: Callable[[Row], object]) -> None:
    """Do something with each, in the action's own transaction; a fault with one is logged and stops no other."""
    for row in list(rows):
        try:
            do(row)
        except Exception:  # the edge of a task
            logger.exception("%s %s could not be looked after.", row._meta.verbose_name, row.pk)


class Reading:
    """Reads some pages of the version that waits longest, then rests a while: the queue has other work.

    While it reads, the beat goes on telling it to. Of all that has piled up then nothing is left to do.
    """

    def __init__(self) -> None:
        self._rests_until = 0.0

    def go_on(self) -> None:
        if time.monotonic() < self._rests_until:
            return
        actions.read_next(timezone.now())
        self._rests_until = time.monotonic() + REST_SECONDS


_reading = Reading()


@shared_task(name="publications.read")
def read() -> None:
    """Read on."""
    _reading.go_on()


@shared_task(name="publications.tidy")
def tidy() -> None:
    """Once a day: forget names of those who are not there any more, and matrices that nobody imported."""
    actions.forget_sheets(timezone.now())
    actions.forget_names_of_the_erased()


@shared_task(name="publications.settle_harvest")
def settle_harvest() -> None:
    """Bring what harvesters are told in line with topics, authors and whatever came in bulk."""
    actions.settle_harvest(timezone.now())
