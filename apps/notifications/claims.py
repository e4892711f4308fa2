"""Taking rows from the queue, and taking back those of workers that died."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop as noop

from apps.core.tokens import new_nonce
from apps.notifications import holds
from apps.notifications.kinds import KINDS
from apps.notifications.lease import LEASE
from apps.notifications.models import OutgoingMail

BATCH = 50
MAX_LAPSES = 5
CLOCKS_DIFFER = timedelta(minutes=10)  # at most, from host to host
CLAIM_ATTEMPTS = 5  # another worker may take all we saw

State = OutgoingMail.State


def claim(now: datetime, *, limit: int = BATCH) -> tuple[str, list[OutgoingMail]]:
    """Claim due rows by one conditional UPDATE and return (token, rows in the order of sending).

    A row that was being handled when a worker died before is claimed alone, so that it can not take others with it
    again. Two workers at once come to different rows on PostgreSQL; on SQLite who loses the race updates nothing and
    looks again. Three queries and a transaction.
    """
    for _attempt in range(CLAIM_ATTEMPTS):
        token = new_nonce()
        with transaction.atomic():
            ids = _candidates(now, limit)
            if not ids:
                break
            queued = OutgoingMail.objects.filter(pk__in=ids, state=State.QUEUED)
            claimed = queued.update(state=State.CLAIMED, claim_token=token, lease_until=now + LEASE)
        if claimed:
            rows = OutgoingMail.objects.filter(claim_token=token).select_related("announcement", "reminder")
            rows = rows.defer("announcement__member_ids")  # ten thousand ids, fifty times over
            return token, list(rows.order_by("priority", "due_at", "id"))
    return "", []


def _candidates(now: datetime, limit: int) -> list[int]:
    found = list(holds.sendable(OutgoingMail.objects.due(now)).unlocked().values_list("pk", "lapses")[:limit])
    if found and found[0][1]:
        return [found[0][0]]
    return [pk for pk, lapses in found if not lapses]


def release(token: str) -> int:
    """Give back what is still claimed under ``token``, untouched."""
    held = OutgoingMail.objects.filter(claim_token=token, state=State.CLAIMED)
    return held.update(state=State.QUEUED, claim_token="", lease_until=None)


def sweep(now: datetime) -> int:
    """Settle the rows whose worker died: claimed ones wait again, sending ones are unclear.

    Unclear kinds that are harmless twice (same Message-ID) go again; all others wait for a coordinator. A row that was
    there at five deaths is parked as failed. A lease that ends far later than any given now was given by a clock since
    set back, and counts as run out. Returns how many rows were settled.
    """
    lapsed = OutgoingMail.objects.filter(Q(lease_until__lt=now) | Q(lease_until__gt=now + CLOCKS_DIFFER))
    if not lapsed.exists():
        return 0
    freed: dict[str, Any] = {"claim_token": "", "lease_until": None, "lapses": F("lapses") + 1}
    with transaction.atomic():
        lapsed = OutgoingMail.objects.filter(pk__in=list(lapsed.unlocked().values_list("pk", flat=True)))
        claimed = lapsed.filter(state=State.CLAIMED)
        settled = claimed.filter(lapses__gte=MAX_LAPSES).update(
            state=State.FAILED, reason=noop("its worker died five times"), claim_token="", lease_until=None, sealed=b""
        )
        settled += claimed.update(state=State.QUEUED, **freed)
        sending = lapsed.filter(state=State.SENDING)
        settled += sending.filter(_repeated()).update(
            state=State.QUEUED, reason=noop("sent again: worker died"), **freed
        )
        settled += sending.update(state=State.UNCLEAR, reason=noop("its worker died while sending"), **freed)
    return settled


def wake_from_the_future(now: datetime) -> int:
    """Have mails go whose time was written by a clock that was set back since; return how many."""
    later = now + CLOCKS_DIFFER
    written = OutgoingMail.objects.filter(state=State.QUEUED, due_at__gt=later, created_at__gt=later)
    return written.update(due_at=now) if written.exists() else 0


def _repeated() -> Q:
    """Rows that may go out again after an unclear sending."""
    repeated = [slug for slug, kind in KINDS.items() if kind.repeats_when_unclear]
    return Q(kind__in=repeated, lapses__lt=MAX_LAPSES)
