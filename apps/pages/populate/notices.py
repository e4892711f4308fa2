"""What was said about synthetic events, without a mail: cancellations, and the notices of who can sign in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from apps.events.models import Event, Participation
from apps.notifications.models import Announcement, Notification
from apps.notifications.subjects import about_key


def cancellation_of(event: Event) -> Announcement:
    """Return the unsaved announcement of a saved, cancelled event. It reached nobody, and is done.

    Save it before the event's invitations: the ledger asks after those who were invited when it was made.
    """
    return Announcement(
        kind="event_cancelled",
        about_type=ContentType.objects.get_for_model(Event),
        about_id=event.pk,
        occasion="cancelled",
        member_ids=[],
        state=Announcement.State.DONE,
        expires_at=event.ends_at,
    )


def notice_of(part: Participation, now: datetime) -> Notification:
    """Return the unsaved notice of one saved event's invitation; of what lies ahead it is unread while unanswered."""
    is_open = part.event.is_scheduled and not part.answer
    return Notification(
        member_id=part.member_id,
        kind="event_invitation",
        about_type=ContentType.objects.get_for_model(Event),
        about_id=part.event.pk,
        about_key=about_key(part.event),
        occasion="invited:sample",
        read_at=None if is_open else now,
    )
