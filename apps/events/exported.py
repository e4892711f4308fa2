"""What the export of one's own data says of events: what one was invited to, answered, attended, and subscribed to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.events.models import CalendarFeed, Event, Participation
from apps.members import export
from apps.members.models import Member

_FIELDS = (
    "event__title",
    "event__starts_at",
    "invited_at",
    "answer",
    "mode",
    "answered_at",
    "source",
    "attended",
    "withdrawn_at",
)


def offer() -> None:
    """Register. Called once, when the application is ready."""
    export.register("events.participation.member", _participations)
    export.register("events.calendarfeed.member", _calendar_feeds)
    export.exempt("events.participation.invited_by", "The rows hold the answers of those who were invited.")
    export.exempt("events.event.created_by", "Events are the group's; that one entered them is in the audit trail.")


def _participations(member: Member) -> list[dict[str, Any]]:
    """Without title and date of an event the member does not see any more: they may be others by now."""
    rows = export.rows_of_group(member, Participation.objects.filter(member=member), "via_group", "event", *_FIELDS)
    named = [row["event"] for row in rows]
    seen = set(Event.objects.visible_to(member).filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    unseen = {"event__title": _("An event you do not see any more"), "event__starts_at": None}
    return [row if row.pop("event") in seen else row | unseen for row in rows]


def _calendar_feeds(member: Member) -> list[dict[str, Any]]:
    return export.rows(CalendarFeed.objects.filter(member=member), "made_at", "revoked_at")
