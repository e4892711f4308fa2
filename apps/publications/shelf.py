"""Publications as one reader meets them in lists: on the home page, on a topic, of a group, of an event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    return _newest(Publication.objects.visible_to(reader), reader, count)


def on_topics(topics: Iterable[Topic], reader: Member | None) -> list[Entry]:
    """Return the latest publications on any of these topics that the reader may see. One query beside the roles'."""
    return _newest(Publication.objects.visible_to(reader).on_topics(topics), reader, SHOWN)


def of_group(group: Group, reader: Member | None) -> list[Entry]:
    """Return the latest publications of the group that the reader may see. One query beside the roles'."""
    return _newest(Publication.objects.visible_to(reader).of_group(group), reader, SHOWN)


def _newest(publications: PublicationQuerySet, reader: Member | None, count: int) -> list[Entry]:
    return entries(listed(publications.published().newest_first())[:count], reader)
