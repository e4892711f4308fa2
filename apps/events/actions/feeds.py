"""Making and revoking the link of one's own calendar."""

from __future__ import annotations

from datetime import datetime

from apps.core.feedlinks import make_link, revoke_link
from apps.events.models import CalendarFeed
from apps.members.models import Member


def make_feed(*, actor: Member, now: datetime) -> CalendarFeed:
    """Give the actor a new link; one that was there before is dead."""
    return make_link(CalendarFeed, actor=actor, now=now)


def revoke_feed(*, actor: Member, now: datetime) -> None:
    """Let the actor's link be dead. Twice does nothing more."""
    revoke_link(CalendarFeed, actor=actor, now=now)
