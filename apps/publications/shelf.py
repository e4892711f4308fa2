"""Publications as one reader meets them in lists: on the home page, on a topic, of a group, of an event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.core.prepared import Prepared
from apps.events.models import Event
from apps.members.models import Group, Member, Topic
from apps.members.permissions import allows
from apps.publications.models import Publication
from apps.publications.querysets import PublicationQuerySet

# How many a page about something else shows; the list has them all.
SHOWN = 10

# All that a list shows of a publication: abstracts are long, and each field costs its reading.
LISTED = (
    "title",
    "subtitle",
    "slug",
    "kind",
    "language",
    "byline",
    "visibility",
    "group__name",
    "group__visibility",
    "state",
    "published_on",
    "day_is_known",
    "is_sample",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One publication in a list for one reader (None: a stranger)."""

    publication: Publication
    reader: Member | None

    @property
    def group_name(self) -> str:
        """The name of the publication's group for those who may see that group, else nothing."""
        group = self.publication.group
        return str(group) if allows(self.reader, "members.view_group", group) else ""


def entries(publications: Iterable[Publication], reader: Member | None) -> list[Entry]:
    """Return publications, in their order, as ``reader`` meets them. They come from ``listed``."""
    return [Entry(publication, reader) for publication in publications]


def listed(publications: PublicationQuerySet) -> PublicationQuerySet:
    """Load no more than a list shows."""
    return publications.select_related("group").only(*LISTED)


def latest(reader: Member | None, count: int) -> list[Entry]:
    """Return the ``count`` latest publications the reader may see. One query beside the roles'."""
    return entries(_newest(Publication.objects.visible_to(reader))[:count], reader)


def on_topics(topics: Iterable[Topic], reader: Member | None) -> list[Entry]:
    """Return the latest publications on any of these topics that the reader may see. One query beside the roles'."""
    return entries(_ON_TOPICS.objects(reader, *(topic.pk for topic in topics)), reader)


def of_group(group: Group, reader: Member | None) -> list[Entry]:
    """Return the latest publications of the group that the reader may see. One query beside the roles'."""
    return entries(_OF_GROUP.objects(reader, group.pk), reader)


def of_event(event: Event, reader: Member | None) -> list[Entry]:
    """Return the publications that belong to the event and the reader may see. One query beside the roles'."""
    return entries(_OF_EVENT.objects(reader, event.pk), reader)


def _newest(publications: PublicationQuerySet) -> PublicationQuerySet:
    return listed(publications.published().newest_first())


_ON_TOPICS = Prepared(
    lambda reader, *topics: _newest(Publication.objects.visible_to(reader).on_topics(topics))[:SHOWN],
)
_OF_GROUP = Prepared(lambda reader, group: _newest(Publication.objects.visible_to(reader).of_group(group))[:SHOWN])
_OF_EVENT = Prepared(lambda reader, event: _newest(Publication.objects.visible_to(reader).of_event(event)))
