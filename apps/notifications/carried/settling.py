"""The first thing after a restore: nothing leaves, and what was on its way is no longer in anybody's hands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as noop

from apps.notifications.kinds import KINDS
from apps.notifications.models import Hold, OutgoingMail
from apps.notifications.models.mail import Priority

State = OutgoingMail.State

UNCLEAR = noop("it was being sent when the backup was taken")
USELESS = noop("restored from a backup: its code or link is of no use any more")


def settle(taken_at: datetime, now: datetime) -> Iterator[str]:
    """Open a hold and free what workers held; a worker of then will never come back for it."""
    Hold.objects.create(made_at=now, reason=noop("restored from a backup"), taken_at=taken_at)
    freed: dict[str, Any] = {"claim_token": "", "lease_until": None}
    unfinished = OutgoingMail.objects.filter(state__in=[State.QUEUED, State.CLAIMED, State.SENDING])
    unfinished.filter(priority=Priority.SECURITY).update(state=State.MISSED, reason=USELESS, sealed=b"", **freed)
    harmless = [slug for slug, kind in KINDS.items() if kind.repeats_when_unclear]
    sending = OutgoingMail.objects.filter(state=State.SENDING)
    sending.exclude(kind__in=harmless).update(state=State.UNCLEAR, reason=UNCLEAR, **freed)
    held = OutgoingMail.objects.filter(state__in=[State.CLAIMED, State.SENDING])
    held.update(state=State.QUEUED, **freed)
    yield (
        "All mail is on hold until somebody releases it: in the admin, or with `manage.py release_mail`. Everybody has "
        "to sign in again."
    )
