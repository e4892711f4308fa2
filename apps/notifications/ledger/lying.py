"""What lies still although its time has come, or was parked because it could not be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from apps.notifications import holds
from apps.notifications.ledger.registry import GRACE
from apps.notifications.models import Announcement, OutgoingMail, Reminder

State = OutgoingMail.State


def differences(now: datetime) -> Iterator[str]:
    """Yield what should have moved on by ``now`` and did not, or only says so. Eight queries."""
    yield from _mails(now)
    yield from _claims(now)
    yield from _sent()
    if not holds.is_open():
        yield from _reminders(now)
        yield from _announcements(now)
    yield from _parked()


def _mails(now: datetime) -> Iterator[str]:
    """A mail that waits behind an earlier one to the same person is not late on its own account."""
    due = holds.sendable(OutgoingMail.objects.due(now - GRACE))
    for pk, kind, due_at in due.values_list("pk", "kind", "due_at").iterator():
        yield f"mail {pk} ({kind}) was due at {due_at:%Y-%m-%d %H:%M}Z and has not been sent"


def _claims(now: datetime) -> Iterator[str]:
    gone = Q(lease_until__lt=now - GRACE) | Q(lease_until=None)
    held = OutgoingMail.objects.filter(gone, state__in=[State.CLAIMED, State.SENDING])
    for pk, kind in held.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) is held by a worker that is gone"


def _sent() -> Iterator[str]:
    for pk, kind in OutgoingMail.objects.filter(state=State.SENT, sent_at=None).values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) is marked as sent, and never left"


def _reminders(now: datetime) -> Iterator[str]:
    """One planned just now for a moment long past has not had its turn yet."""
    due = Reminder.objects.due(now - GRACE).filter(updated_at__lte=now - GRACE)
    for pk, rule, due_at in due.values_list("pk", "rule", "due_at").iterator():
        yield f"reminder {pk} ({rule}) was due at {due_at:%Y-%m-%d %H:%M}Z and lies still"


def _announcements(now: datetime) -> Iterator[str]:
    waiting = Announcement.objects.filter(state=Announcement.State.WAITING, updated_at__lt=now - GRACE)
    for announcement in waiting.iterator(chunk_size=1):
        left = len(announcement.member_ids) - announcement.position
        yield f"announcement {announcement.pk} ({announcement.kind}) has {left} members left to tell"


def _parked() -> Iterator[str]:
    announcements = Announcement.objects.filter(state=Announcement.State.FAILED)
    for pk, kind, reason in announcements.values_list("pk", "kind", "reason").iterator():
        yield f"announcement {pk} ({kind}) failed: {reason}"
    reminders = Reminder.objects.filter(state=Reminder.State.FAILED)
    for pk, rule, reason in reminders.values_list("pk", "rule", "reason").iterator():
        yield f"reminder {pk} ({rule}) failed: {reason}"
