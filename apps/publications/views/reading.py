"""The list of publications, and one publication. Public ones are public pages."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core import panels
from apps.core.paging import PreparedRows, page_of, prepared_page_of
from apps.core.prepared import Prepared
from apps.core.swaps import render_list
from apps.events.models import Event
from apps.members.models import Member, Topic
from apps.members.permissions import allows, leads_any
from apps.members.requests import reader_of
from apps.publications.citing.cited import cited
from apps.publications.filters import PublicationFilter
from apps.publications.linkeddata import publication_data
from apps.publications.models import Author, Publication, Version
from apps.publications.participants import circulations_seen
from apps.publications.querysets import VersionQuerySet
from apps.publications.shelf import Entry, entries, listed

PER_PAGE = 50
LATELY = timedelta(days=30)


@login_not_required
@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    """What is published and the reader may see; for those who lead a group also the drafts."""
    reader = reader_of(request)
    has_drafts = leads_any(reader)
    shows_drafts = has_drafts and request.GET.get("show") == "drafts"
    filters = PublicationFilter(request.GET, Publication.objects.none(), reader=reader)
    if filters.is_narrowed or shows_drafts:
        seen = Publication.objects.filter(_SEEN.holds(reader))
        filters.queryset = seen.drafts().order_by("-pk") if shows_drafts else seen.published().newest_first()
        page = page_of(request, listed(filters.qs), PER_PAGE)
    else:
        page = prepared_page_of(request, _PUBLISHED, reader)
    context = {
        "filter": filters,
        "page_obj": page,
        "rows": entries(page.object_list, reader),
        "has_drafts": has_drafts,
        "shows_drafts": shows_drafts,
        "kept": {"show": "drafts"} if shows_drafts else {},
    }
    return render_list(request, "publications/publication_list.html", context)


_SEEN = Prepared(lambda reader: Publication.objects.visible_to(reader).values("pk"))
_PUBLISHED = PreparedRows(
    lambda reader: listed(Publication.objects.visible_to(reader).published().newest_first()), PER_PAGE
)


@login_not_required
@require_safe
def publication_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One publication with its facts, and the events it belongs to as far as the reader may see them."""
    reader, now = reader_of(request), timezone.now()
    publication = visible_publication_or_404(request, slug)
    _AUTHORS.hold(publication, "authors")
    _TOPICS.hold(publication, "topics")
    shows_downloads = not publication.is_draft and allows(reader, "publications.resolve_publication", publication)
    versions = _versions(publication, reader, now.date() - LATELY if shows_downloads else None)
    version = versions[0] if versions else None
    context = {
        "publication": publication,
        "entry": Entry(publication, reader),
        "authors": publication.authors.all(),
        "topics": publication.topics.all(),
        "circulations": circulations_seen(publication, reader),
        "cited": None if publication.is_draft else cited(publication),
        "events": _EVENTS.objects(reader, publication.pk),
        "version": version,
        "versions": list(zip_longest(versions, versions[1:])),
        "linked_data": publication_data(publication, version),
        "downloads": _downloads(versions) if shows_downloads else None,
        "may_change": allows(reader, "publications.change_publication", publication),
        "panels": panels.collect("publications:detail", publication, reader, now),
    }
    return render(request, "publications/publication_detail.html", context)


# What a page says of a publication from other tables, in the order of the title page.
_AUTHORS = Prepared(lambda _nobody, paper: Author.objects.filter(publication=paper).order_by("position", "pk"))
_TOPICS = Prepared(lambda _nobody, paper: Topic.objects.filter(publications=paper).order_by("position", "title"))


def _versions(publication: Publication, reader: Member | None, downloads_since: date | None) -> list[Version]:
    """The files the reader may open, newest first; where a day is given, for those who lead: ``with_downloads`` since
    and ``with_circulation``.
    """
    if downloads_since is not None:
        return list(_files(reader, publication.pk).with_downloads(downloads_since).with_circulation())
    return _VERSIONS.objects(reader, publication.pk)


def _files(reader: Member | None, publication: int) -> VersionQuerySet:
    return Version.objects.visible_to(reader).filter(publication=publication).newest_first().defer("text")


_VERSIONS = Prepared(_files)


def _belonging(reader: Member | None, publication: int) -> QuerySet[Event]:
    seen = Event.objects.visible_to(reader).filter(publications=publication).exclude(Event.draft_q())
    return seen.only("title", "slug").order_by("starts_at", "pk")


_EVENTS = Prepared(_belonging)


def _downloads(versions: list[Version]) -> dict[str, int]:
    """How often all versions were fetched, ever and lately. They were read ``with_downloads``."""
    counted: Any = versions
    return {
        "all": sum(version.downloads for version in counted),
        "lately": sum(version.downloads_lately for version in counted),
    }


def visible_publication_or_404(request: HttpRequest, slug: str) -> Publication:
    """Return the publication of this address, with its group, if the reader may see it."""
    for publication in _AT_SLUG.objects(reader_of(request), slug):
        return publication
    raise Http404


_AT_SLUG = Prepared(
    lambda reader, slug: Publication.objects.visible_to(reader).select_related("group").filter(slug=slug)
)
