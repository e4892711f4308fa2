"""Who was invited and who was written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from apps.events.ledger.mails import mails_about_events, mails_to_part
from apps.events.models import Event, Participation

# What is said to one person by an action, without an announcement or a reminder behind it.
_DIRECT = ("event_seat", "event_withdrawn")


def differences(now: datetime) -> Iterator[str]:
    """Yield invitations never written, and mails nobody caused. Three queries."""
    yield from _never_written()
    yield from _to_strangers()
    yield from _without_cause()


def _never_written() -> Iterator[str]:
    """Invited by a person, so a mail must have been written then. Rows noted without mail have no inviter."""
    told = mails_to_part("event_invitation").since(OuterRef("invited_at"))
    invited = Participation.objects.live().exclude(invited_by=None).exclude(event__state=Event.State.DRAFT)
    for event, member in invited.filter(~Exists(told)).values_list("event_id", "member_id").iterator():
        yield f"event {event}: member {member} was invited and no invitation was written"


def _to_strangers() -> Iterator[str]:
    invited = Participation.objects.filter(event=OuterRef("about_id"), member=OuterRef("member"))
    strange = mails_about_events().exclude(kind="event_trial").filter(~Exists(invited))
    for pk, kind, member in strange.values_list("pk", "kind", "member_id").iterator():
        yield f"mail {pk} ({kind}) was written to member {member}, who was never invited"


def _without_cause() -> Iterator[str]:
    bare = mails_about_events().filter(announcement=None, reminder=None).exclude(kind__in=_DIRECT)
    for pk, kind in bare.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) belongs to no announcement and no reminder"
