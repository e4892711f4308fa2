"""The next events on the desk, with how their answers stand and what goes out next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from apps.core import desk, panels
from apps.events.models import Event, Participation
from apps.notifications.models import Reminder

SHOWN = 6


def events_panel(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the next events. Two queries; nothing when none lies ahead."""
    events = list(_next_events(member, now))
    counts = _answers(events)
    rows = [
        (event, counts.get(event.pk, dict.fromkeys(("yes", "maybe", "no", "open", "total"), 0))) for event in events
    ]
    return ("admin/events/_next_events.html", {"rows": rows}) if rows else None


def _next_events(member: Any, now: datetime) -> QuerySet[Event]:
    reminders = Reminder.objects.filter(
        about_type=ContentType.objects.get_for_model(Event), about_id=OuterRef("pk"), state=Reminder.State.SCHEDULED
    )
    next_mail = reminders.order_by("due_at").values("due_at")[:1]
    found = Event.objects.visible_to(member).scheduled().upcoming(now)
    return found.annotate(next_mail_at=Subquery(next_mail)).order_by("starts_at", "pk")[:SHOWN]


def _answers(events: list[Event]) -> dict[int, dict[str, int]]:
    rows = Participation.objects.live().filter(event__in=events).order_by().values("event")
    counted = rows.annotate(
        yes=Count("pk", filter=Q(answer="yes")),
        maybe=Count("pk", filter=Q(answer="maybe")),
        no=Count("pk", filter=Q(answer="no")),
        open=Count("pk", filter=Q(answer="")),
        total=Count("pk"),
    )
    return {row["event"]: row for row in counted}


panels.register(desk.DESK, events_panel)
