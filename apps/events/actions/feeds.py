"""Making and revoking the link of one's own calendar."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.tokens import new_nonce
from apps.events.models import CalendarFeed
from apps.members.models import Member


@transaction.atomic
def make_feed(*, actor: Member, now: datetime) -> CalendarFeed:
    """Give the actor a new link; one that was there before is dead."""
    fresh = {"nonce": new_nonce(), "made_at": now, "revoked_at": None}
    feed, _is_first = CalendarFeed.objects.update_or_create(member=actor, defaults=fresh)
    audit.record(AuditEntry.Event.TOKEN, actor=actor, about=feed, detail="calendar:made")
    return feed


@transaction.atomic
def revoke_feed(*, actor: Member, now: datetime) -> None:
    """Let the actor's link be dead. Twice does nothing more."""
    feed = CalendarFeed.objects.filter(member=actor.pk, revoked_at=None).first()
    if feed is None:
        return
    feed.renew_nonce()
    feed.revoked_at = now
    feed.save(update_fields=["nonce", "revoked_at", "updated_at"])
    audit.record(AuditEntry.Event.TOKEN, actor=actor, about=feed, detail="calendar:revoked")
