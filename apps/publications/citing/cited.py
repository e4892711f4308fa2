"""What there is to say of a publication in a citation, before any format: plain text, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from apps.core.lines import one_line
from apps.core.linkeddata import GROUP_NAME
from apps.core.links import absolute
from apps.core.text import to_plain_text
from apps.publications.citing.addresses import doi_url, licence_url
from apps.publications.citing.names import Name, corporate, person
from apps.publications.dates import machine_date

if TYPE_CHECKING:
    from apps.publications.models import Author, Publication


@dataclass(frozen=True, slots=True)
class Cited:
    """One publication. ``names`` and ``shown_names`` are its authors in order, in parts and as on the title page.

    ``issued`` is its date; ``day_is_known`` says whether more than its month is.
    """

    key: str
    title: str
    subtitle: str
    names: tuple[Name, ...]
    shown_names: tuple[str, ...]
    kind: str
    issued: date
    day_is_known: bool
    url: str
    doi: str
    language: str
    licence: str
    licence_url: str
    abstract: str
    topics: tuple[str, ...]
    is_withdrawn: bool
    publisher: str = GROUP_NAME

    @property
    def full_title(self) -> str:
        """Title and subtitle; a title that ends with a mark of its own gets no colon."""
        if not self.subtitle:
            return self.title
        return f"{self.title}{'' if self.title[-1:] in '?!:' else ':'} {self.subtitle}"

    @property
    def doi_url(self) -> str:
        return doi_url(self.doi)

    @property
    def machine_date(self) -> str:
        """As 2022-12-22, or 2023-11."""
        return machine_date(self.issued, day_is_known=self.day_is_known)

    @property
    def slashed_date(self) -> str:
        """As 2022/12/22, or 2023/11: the form search engines for papers ask for."""
        return self.machine_date.replace("-", "/")

    @property
    def dublin_core(self) -> list[tuple[str, str]]:
        """The elements of Dublin Core (ISO 15836-1) that it has, in the order of a title page."""
        return [(element, text) for element, text in self._elements() if text]

    def _elements(self) -> Iterator[tuple[str, str]]:
        yield "title", self.full_title
        yield from (("creator", name) for name in self.shown_names)
        yield from (("subject", topic) for topic in self.topics)
        yield "description", self.abstract
        yield "publisher", self.publisher
        yield "date", self.machine_date
        yield "type", self.kind
        yield "identifier", self.url
        yield "identifier", self.doi_url
        yield "language", self.language
        yield "rights", self.licence
        yield "rights", self.licence_url


def cited(publication: Publication) -> Cited:
    """Return what can be said of a publication that is out. Its authors and topics are read, prefetched or not.

    It never names the publication's group: who reads a citation may not know that group. Without authors it is by the
    working group, which publishes all of them.
    """
    assert publication.published_on is not None  # noqa: S101  held by the constraint publication_published_has_date
    authors = sorted(publication.authors.all(), key=lambda author: (author.position, author.pk))
    topics = sorted(publication.topics.all(), key=lambda topic: (topic.position, topic.title))
    return Cited(
        key=publication.slug,
        title=one_line(publication.title),
        subtitle=one_line(publication.subtitle),
        names=tuple(map(_name, authors)) or (corporate(GROUP_NAME),),
        shown_names=tuple(one_line(str(author)) for author in authors) or (GROUP_NAME,),
        kind=str(publication.get_kind_display()),
        issued=publication.published_on,
        day_is_known=publication.day_is_known,
        url=absolute(publication.get_absolute_url()),
        doi=one_line(publication.doi),
        language=publication.language,
        licence=str(publication.get_licence_display()) if publication.licence else "",
        licence_url=licence_url(publication.licence),
        abstract=one_line(to_plain_text(publication.abstract)),
        topics=tuple(one_line(topic.title) for topic in topics),
        is_withdrawn=publication.state == publication.State.WITHDRAWN,
    )


def _name(author: Author) -> Name:
    return person(one_line(author.name)) if author.name else corporate(one_line(author.organisation))
