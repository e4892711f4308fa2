"""Reminders that went out since the backup: their mails are known as sent, so the rows are done too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from apps.core.carryover import CHUNK, Kept, Record
from apps.notifications.carried.mails import MARGIN
from apps.notifications.models import OutgoingMail, Reminder

State = Reminder.State

_UNFINISHED = (OutgoingMail.State.QUEUED, OutgoingMail.State.CLAIMED)


def collect(taken_at: datetime) -> Kept:
    """Those sent out since, unless a mail of theirs still waited: then the row must go out again to reach the rest."""
    waiting = OutgoingMail.objects.filter(reminder=OuterRef("pk"), state__in=_UNFINISHED)
    gone = Reminder.objects.filter(~Exists(waiting), state=State.SENT, sent_at__gte=taken_at - MARGIN)
    fields = ("pk", "rule", "anchor_at", "zone", "sent_at", "expanded_after", "recipient_count")
    return gone.order_by("pk").values(*fields).iterator(CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Take them for sent out, where the backup still has the same row as scheduled."""
    count = 0
    for record in records:
        same = {name: record.pop(name) for name in ("pk", "rule", "anchor_at", "zone")}
        count += Reminder.objects.filter(state=State.SCHEDULED, **same).update(state=State.SENT, **record)
    if count:
        yield f"{count} reminders went out since the backup and do not go out again."
