"""What the worker does with events when the beat tells it to look."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from apps.events import actions, drift
from apps.events.models import Event
from apps.notifications import holds

logger = logging.getLogger(__name__)


@shared_task(name="events.tick")
def tick() -> None:
    """Tell settled changes, mark events as held, bring seats and reminders in line with who takes part now."""
    look_after_events(timezone.now())


def look_after_events(now: datetime) -> None:
    """Do what is due at ``now``. Four queries when nothing is; a second run does nothing."""
    settling = list(Event.objects.settling(now))
    if settling and not holds.is_open():
        _each(settling, lambda event: actions.tell_settled_change(event, now))
    actions.hold_over(now)
    _each(drift.events_with_unsettled_seats(now), lambda event: actions.settle_seats(event, now))
    _each(drift.events_with_unplanned_readers(now), actions.plan_reminders)


def _each(events: Iterable[Event], do: Callable[[Event], object]) -> None:
    """Do something with each event in its own transaction; a fault with one is logged and does not stop the others."""
    for event in list(events):
        try:
            with transaction.atomic():
                do(event)
        except Exception:  # the edge of a task
            logger.exception("Event %s could not be looked after.", event.pk)
