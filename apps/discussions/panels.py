"""What discussions show on the pages of the apps below."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import models
from django.utils.http import urlencode

from apps.discussions.board import Entry, about_event, about_publication
from apps.discussions.models import Thread
from apps.events.models import Event
from apps.members.models import Member
from apps.publications.models import Publication


def threads_of_event(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the threads about an event, as far as the reader may see them. One query beside the roles'."""
    event = cast("Event", about)
    asks = urlencode({"event": event.slug})
    return _panel(about_event(event, member, now), event, member, asks, is_chatham=event.is_chatham_house)


def threads_locked_by_rule(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Say to the secretariat, which put the event under the Chatham House Rule, how many threads that locks. One query;
    nothing where it locks none.
    """
    count = Thread.objects.about_event(cast("Event", about)).by_name().filter(is_locked=False).count()
    return ("admin/discussions/_locked_by_rule.txt", {"count": count}) if count else None


def threads_of_publication(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the threads about a paper. One query beside the roles'."""
    paper = cast("Publication", about)
    return _panel(about_publication(paper, member, now), paper, member, urlencode({"paper": paper.slug}))


def _panel(
    rows: list[Entry], about: Event | Publication, member: Any, asks: str, *, is_chatham: bool = False
) -> tuple[str, dict[str, Any]] | None:
    reader = cast("Member | None", member)
    if reader is None:
        return None
    may_open = not about.is_draft and reader.has_perm("discussions.add_thread", about)
    if not rows and not may_open:
        return None
    return "discussions/_panel_threads.html", {
        "rows": rows,
        "may_open": may_open,
        "asks": asks,
        "is_chatham": is_chatham,
    }
