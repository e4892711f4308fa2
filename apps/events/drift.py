"""Events whose seats or reminders no longer fit who takes part now: people are suspended, join, leave a group, move.

What an action changes it settles itself; these find what changed elsewhere. One query each, mostly without a row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.events.models import Event, Participation, ReminderRule
from apps.notifications.models import Reminder

_HOLDS_A_PLACE = Q(has_seat=True) | Q(queue_number__isnull=False)


def events_with_unsettled_seats(now: datetime) -> QuerySet[Any]:
    """Events ahead where somebody who lost access holds a place, or somebody back with a yes has none."""
    live = Participation.objects.live()
    of_event = Participation.objects.filter(event=OuterRef("pk"))
    lost = of_event.filter(_HOLDS_A_PLACE).exclude(Exists(live.filter(pk=OuterRef("pk"))))
    back = live.filter(event=OuterRef("pk"), answer=Participation.Answer.YES).exclude(_HOLDS_A_PLACE)
    return _ahead(now).filter(Exists(lost) | Exists(back))


def events_with_unplanned_readers(now: datetime) -> QuerySet[Any]:
    """Events ahead with a rule in each reader's zone, where a participant lives in a zone without its reminder row."""
    rules = ReminderRule.objects.filter(event=OuterRef("pk"), minutes_before=None, clock=ReminderRule.Clock.READER)
    planned = Reminder.objects.filter(
        about_type=ContentType.objects.get_for_model(Event),
        about_id=OuterRef("event"),
        anchor_at=OuterRef("event__starts_at"),
        zone=OuterRef("member__time_zone"),
    ).exclude(state=Reminder.State.CANCELLED)
    unplanned = Participation.objects.live().filter(~Exists(planned), event=OuterRef("pk"))
    return _ahead(now).filter(Exists(rules), Exists(unplanned))


def _ahead(now: datetime) -> QuerySet[Any]:
    return Event.objects.scheduled().filter(starts_at__gt=now).order_by("pk")
