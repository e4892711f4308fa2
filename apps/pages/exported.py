"""What the export of one's own data says of pages, and what a restore carries over: the private feed."""

from __future__ import annotations

from typing import Any

from apps.core import carryover
from apps.members import export
from apps.members.models import Member
from apps.pages.models import NewsFeed


def offer() -> None:
    """Register. Called once, when the application is ready."""
    export.register("pages.newsfeed.member", _news_feeds)
    carryover.register_nonces(NewsFeed)


def _news_feeds(member: Member) -> list[dict[str, Any]]:
    return export.rows(NewsFeed.objects.filter(member=member), "made_at", "revoked_at")
