"""What of publications is found by words: their pages, and the text of the newest file that the reader may open.

A paper whose newest file is not open to its readers has two entries: with the newest that is, and with that one. No
reader searches both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core import searchable
from apps.core.fragments import kept_fragment
from apps.core.indexing import words_of
from apps.core.prepared import Prepared
from apps.core.searchable import Piece, Row, Searchable
from apps.members.models import Member
from apps.publications.models import Publication, Version
from apps.publications.shelf import Entry, entries, listed
from apps.publications.templatetags.publications import published

OPEN, NEWEST = "open", "newest"

FIELDS = ("title", "subtitle", "byline", "abstract", "published_on", "state")
VERSION_FIELDS = ("text", "number", "publication", "publication_id", "published_at")


def offer() -> None:
    """Make publications findable."""
    searchable.register(PUBLICATIONS, FIELDS, {Version: (VERSION_FIELDS, _of_versions)})


def _pieces(publication: Any) -> Iterator[Piece]:
    page = (publication.subtitle, publication.byline, words_of(publication.abstract))
    day = publication.published_on or publication.created_at.date()

    def piece(part: str, text: str | None) -> Piece:
        return Piece(publication.title, "\n".join(filter(None, (*page, text))), day, part)

    yield piece(OPEN, publication.open_text)
    if publication.newest_version != publication.open_version:
        yield piece(NEWEST, publication.newest_text)


def _load(publications: QuerySet[Any]) -> QuerySet[Any]:
    versions = Version.objects.filter(publication=OuterRef("pk")).newest_first()
    newest, newest_open = versions[:1], versions.exclude(Version.draft_q())[:1]
    return publications.annotate(
        newest_version=Subquery(newest.values("pk")),
        newest_text=Subquery(newest.values("text")),
        open_version=Subquery(newest_open.values("pk")),
        open_text=Subquery(newest_open.values("text")),
    )


def _ways(reader: Member | None) -> dict[str, QuerySet[Any]]:
    newest = Version.objects.filter(publication=OuterRef("publication")).newest_first().values("pk")[:1]
    closed = Version.objects.visible_to(reader).filter(Version.draft_q(), pk=Subquery(newest)).values("publication")
    seen = Publication.objects.visible_to(reader)
    return {OPEN: seen.exclude(pk__in=closed), NEWEST: seen.filter(pk__in=closed)}


def _on_topic(publications: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return publications.on_topic_called(slug)  # type: ignore[attr-defined]  # what ``_ways`` returns


def _in_group(publications: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return publications.filter(group__slug=slug)


def _rows(keys: list[str], reader: Member | None) -> dict[str, Row]:
    """One query."""
    publications = listed(Publication.objects.filter(_SEEN.holds(reader), pk__in=keys))
    return {
        searchable.key_of(entry.publication.pk): Row(
            entry.publication.get_absolute_url(), entry, entry.publication.language
        )
        for entry in entries(publications, reader)
    }


_SEEN = Prepared(lambda reader: Publication.objects.visible_to(reader).values("pk"))


def _draw(rows: list[Row]) -> list[SafeString]:
    return _facts.each(_shown(row.shown) for row in rows)


def _shown(entry: Entry) -> dict[str, Any]:
    publication = entry.publication
    return {
        "kind": publication.kind,
        "published": published(publication),
        "byline": publication.byline,
        "shows_badges": entry.reader is not None,
        "visibility": publication.visibility,
        "group_name": entry.group_name,
        "is_draft": publication.is_draft,
        "is_sample": publication.is_sample,
    }


@kept_fragment("publications/_publication_found.html")
def _facts(**shown: Any) -> dict[str, Any]:
    return {**shown, "kind": Publication.Kind(shown["kind"]).label}


def _of_versions(versions: Iterable[Any]) -> QuerySet[Any]:
    return Publication.objects.filter(versions__in=versions).distinct()


PUBLICATIONS = Searchable(
    kind="publication",
    number=3,
    name=_("Publication"),
    plural=_("Publications"),
    model=Publication,
    pieces=_pieces,
    ways=_ways,
    parts=(OPEN, NEWEST),
    on_topic=_on_topic,
    in_group=_in_group,
    rows=_rows,
    draw=_draw,
    load=_load,
)
