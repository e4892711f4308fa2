"""Threads as one reader meets them: in their list, on the page of an event or a paper, on a topic, on the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from apps.core.prepared import Prepared
from apps.discussions.models import Thread
from apps.discussions.querysets import UNREAD_FOR, ThreadQuerySet
from apps.discussions.shown import zone_in
from apps.events.models import Event
from apps.members.models import Member, Topic
from apps.members.permissions import allows
from apps.publications.models import Publication

# How many a page about something else shows; the list has them all.
SHOWN, FEW = 10, 5

# All that a list shows of a thread: summaries are long, and each field costs its reading.
LISTED = (
    "title",
    "mode",
    "visibility",
    "group__name",
    "group__visibility",
    "event__is_chatham_house",
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
    def last_on(self) -> date:
        """The day of the last post, on the reader's clock."""
        return self.thread.last_posted_at.astimezone(zone_in(self.thread, self.reader)).date()


def entries(threads: Iterable[Thread], reader: Member) -> list[Entry]:
    """Return threads, in their order, as ``reader`` meets them. They come from ``listed``."""
    return [Entry(thread, reader) for thread in threads]


def listed(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Load no more than a list shows."""
    return threads.select_related("group", "event").only(*LISTED)


def on_topics(topics: Iterable[Topic], reader: Member | None, now: datetime) -> list[Entry]:
    """Return the latest threads on any of these topics that the reader may see. One query beside the roles'."""
    return _latest(_ON_TOPICS, reader, now, *(topic.pk for topic in topics))


def about_event(event: Event, reader: Member | None, now: datetime) -> list[Entry]:
    """Return the latest threads about the event that the reader may see. One query beside the roles'."""
    return _latest(_ABOUT_EVENT, reader, now, event.pk)


def about_publication(publication: Publication, reader: Member | None, now: datetime) -> list[Entry]:
    """Return the latest threads about the paper that the reader may see. One query beside the roles'."""
    return _latest(_ABOUT_PUBLICATION, reader, now, publication.pk)


def unread_by(reader: Member, now: datetime) -> list[Entry]:
    """Return the latest threads in which the reader has not read all. One query beside the roles'."""
    return entries(_UNREAD.objects(reader, now - UNREAD_FOR), reader)


def _latest(prepared: Prepared, reader: Member | None, now: datetime, *about: int) -> list[Entry]:
    """None for strangers."""
    return [] if reader is None else entries(prepared.objects(reader, now - UNREAD_FOR, *about), reader)


def _newest(threads: ThreadQuerySet, reader: Member, since: datetime) -> ThreadQuerySet:
    return listed(threads.visible_to(reader).with_unread_since(reader, since).newest_first())


def _all() -> ThreadQuerySet:
    return Thread.objects.all()


_ON_TOPICS = Prepared(lambda reader, since, *topics: _newest(_all().on_topics(topics), reader, since)[:SHOWN])
_ABOUT_EVENT = Prepared(lambda reader, since, event: _newest(_all().about_event(event), reader, since)[:SHOWN])
_ABOUT_PUBLICATION = Prepared(
    lambda reader, since, paper: _newest(_all().about_publication(paper), reader, since)[:SHOWN]
)
_UNREAD = Prepared(lambda reader, since: _newest(_all(), reader, since).filter(is_unread=True)[:FEW])
