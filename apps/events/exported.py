"""What the export of one's own data says of events: what one was invited to, answered, attended, and subscribed to."""

from __future__ import annotations

from typing import Any

from apps.events.models import CalendarFeed, Participation
from apps.members import export
from apps.members.models import Member

_FIELDS = (
    "event__title",
    "event__starts_at",
    "invited_at",
    "via_group__name",
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
    return export.rows(Participation.objects.filter(member=member), *_FIELDS)


def _calendar_feeds(member: Member) -> list[dict[str, Any]]:
    return export.rows(CalendarFeed.objects.filter(member=member), "made_at", "revoked_at")
