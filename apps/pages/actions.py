"""Making and revoking the link of one's own feed."""

from __future__ import annotations

from datetime import datetime

from apps.core.feedlinks import make_link, revoke_link
from apps.members.models import Member
from apps.pages.models import NewsFeed


def make_news_feed(*, actor: Member, now: datetime) -> NewsFeed:
    """Give the actor a new link; one that was there before is dead."""
    return make_link(NewsFeed, actor=actor, now=now)


def revoke_news_feed(*, actor: Member, now: datetime) -> None:
    """Let the actor's link be dead. Twice does nothing more."""
    revoke_link(NewsFeed, actor=actor, now=now)
