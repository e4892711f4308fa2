"""What of publications is found by words: their pages, and the text of the file that is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core import searchable
from apps.core.indexing import words_of
from apps.core.searchable import Piece, Row, Searchable
from apps.members.models import Member
from apps.publications.models import Publication, Version
from apps.publications.shelf import entries, listed

FIELDS = ("title", "subtitle", "byline", "abstract", "published_on")


def offer() -> None:
    """Make publications findable."""
    searchable.register(PUBLICATIONS, FIELDS, {Version: (("text", "number", "publication"), _of_versions)})


def _pieces(publication: Any) -> Iterator[Piece]:
    texts = (publication.subtitle, publication.byline, words_of(publication.abstract), publication.newest_text)
    yield Piece(
        title=publication.title,
        text="\n".join(filter(None, texts)),
        day=publication.published_on or publication.created_at.date(),
    )


def _load(publications: QuerySet[Any]) -> QuerySet[Any]:
    """With the text of the newest version: the one that everybody who sees the publication reads."""
    versions = Version.objects.filter(publication=OuterRef("pk")).newest_first()
    return publications.annotate(
        newest_text=Coalesce(Subquery(versions.values("text")[:1]), Value(""), output_field=TextField())
    )


def _ways(reader: Member | None) -> dict[str, QuerySet[Any]]:
    return {"": Publication.objects.visible_to(reader)}


def _on_topic(publications: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return publications.on_topic_called(slug)  # type: ignore[attr-defined]  # what ``_ways`` returns


def _in_group(publications: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return publications.filter(group__slug=slug)


def _rows(keys: list[str], reader: Member | None) -> dict[str, Row]:
    """One query."""
    publications = listed(Publication.objects.visible_to(reader).filter(pk__in=keys))
    return {
        searchable.key_of(entry.publication.pk): Row(
            entry.publication.get_absolute_url(), entry, entry.publication.language
        )
        for entry in entries(publications, reader)
    }


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
    on_topic=_on_topic,
    in_group=_in_group,
    rows=_rows,
    template="publications/_publication_found.html",
    load=_load,
)
