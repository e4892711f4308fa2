"""Threads as one reader meets them: in their list, on the page of an event or a paper, on a topic, on the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.core.zones import day_text
from apps.discussions.models import Thread
from apps.discussions.querysets import ThreadQuerySet
from apps.discussions.shown import zone_in
from apps.members.models import Member, Topic
from apps.members.permissions import allows

# How many a page about something else shows; the list has them all.
SHOWN, FEW = 10, 5

# All that a list shows of a thread: summaries are long, and each field costs its reading.
LISTED = (
    "title",
    "mode",
    "visibility",
    "group__name",
    "group__visibility",
    "last_number",
    "last_posted_at",
    "is_pinned",
    "is_locked",
    "is_hidden",
    "outcome_number",
    "outcome_on",
    "is_sample",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thread in a list for one reader. It comes from ``listed``, with or without its unread posts."""

    thread: Thread
    reader: Member

    @property
    def group_name(self) -> str:
        """The name of the thread's group for those who may see that group, else nothing."""
        group = self.thread.group
        return str(group) if allows(self.reader, "members.view_group", group) else ""

    @property
    def unread(self) -> int:
        """How many posts the reader has not read; 0 where that is not asked."""
        if not getattr(self.thread, "is_unread", False):
            return 0
        return self.thread.last_number - getattr(self.thread, "read_number", 0)

    @property
    def last_day(self) -> str:
        return day_text(self.thread.last_posted_at, zone_in(self.thread, self.reader))


def entries(threads: Iterable[Thread], reader: Member) -> list[Entry]:
    """Return threads, in their order, as ``reader`` meets them. They come from ``listed``."""
    return [Entry(thread, reader) for thread in threads]


def listed(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Load no more than a list shows."""
    return threads.select_related("group").only(*LISTED)


def on_topics(topics: Iterable[Topic], reader: Member | None, now: datetime) -> list[Entry]:
    """Return the latest threads on any of these topics that the reader may see. One query beside the roles'."""
    return latest(Thread.objects.all().on_topics(topics), reader, now)


def unread_by(reader: Member, now: datetime) -> list[Entry]:
    """Return the latest threads in which the reader has not read all. One query beside the roles'."""
    seen = Thread.objects.visible_to(reader).with_unread(reader, now)
    return entries(listed(seen.filter(is_unread=True).newest_first())[:FEW], reader)


def latest(threads: ThreadQuerySet, reader: Member | None, now: datetime) -> list[Entry]:
    """Return the latest of these threads that the reader may see, none for strangers. One query beside the roles'."""
    if reader is None:
        return []
    seen = threads.visible_to(reader).with_unread(reader, now).newest_first()
    return entries(listed(seen)[:SHOWN], reader)
