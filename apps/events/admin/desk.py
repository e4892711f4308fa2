"""The next events on the desk, with how their answers stand and what goes out next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.core import desk, panels
from apps.events.models import Event, Participation
from apps.notifications.models import Reminder

SHOWN = 6


def events_panel(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the next events. One query; nothing when none lies ahead."""
    rows = list(_next_events(member, now))
    return ("admin/events/_next_events.html", {"rows": rows}) if rows else None


def _next_events(member: Any, now: datetime) -> QuerySet[Event]:
    reminders = Reminder.objects.filter(
        about_type=ContentType.objects.get_for_model(Event), about_id=OuterRef("pk"), state=Reminder.State.SCHEDULED
    )
    next_mail = reminders.order_by("due_at").values("due_at")[:1]
    found = Event.objects.visible_to(member).scheduled().upcoming(now)
    answers = {name: _answered(**answer) for name, answer in _ANSWERS.items()}
    return found.annotate(next_mail_at=Subquery(next_mail), **answers).order_by("starts_at", "pk")[:SHOWN]


_ANSWERS: dict[str, dict[str, str]] = {
    "yes_count": {"answer": "yes"},
    "maybe_count": {"answer": "maybe"},
    "no_count": {"answer": "no"},
    "open_count": {"answer": ""},
    "total_count": {},
}


def _answered(**answer: str) -> Coalesce:
    """How many of those invited now have answered so."""
    people = Participation.objects.live().filter(event=OuterRef("pk"), **answer)
    counted = people.order_by().values("event").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


panels.register(desk.DESK, events_panel)
