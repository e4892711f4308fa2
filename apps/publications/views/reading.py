"""The list of publications, and one publication. Public ones are public pages."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core import panels
from apps.core.paging import page_of
from apps.core.swaps import render_list
from apps.events.models import Event
from apps.members.models import Topic
from apps.members.permissions import allows, leads_any
from apps.members.requests import reader_of
from apps.publications.citing.cited import cited
from apps.publications.filters import PublicationFilter
from apps.publications.linkeddata import publication_data
from apps.publications.models import Author, Publication, Version
from apps.publications.participants import circulations_seen
from apps.publications.shelf import Entry, entries, listed

PER_PAGE = 50
LATELY = timedelta(days=30)
# What a page says of a publication from other tables, in the order of the title page.
TOLD = (
    Prefetch("authors", Author.objects.order_by("position", "pk")),
    Prefetch("topics", Topic.objects.order_by("position", "title")),
)


@login_not_required
@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    """What is published and the reader may see; for those who lead a group also the drafts."""
    reader = reader_of(request)
    has_drafts = leads_any(reader)
    shows_drafts = has_drafts and request.GET.get("show") == "drafts"
    seen = Publication.objects.visible_to(reader)
    rows = seen.drafts().order_by("-pk") if shows_drafts else seen.published().newest_first()
    filters = PublicationFilter(request.GET, rows, reader=reader)
    page = page_of(request, listed(filters.qs), PER_PAGE)
    context = {
        "filter": filters,
        "page_obj": page,
        "rows": entries(page.object_list, reader),
        "has_drafts": has_drafts,
        "shows_drafts": shows_drafts,
        "kept": {"show": "drafts"} if shows_drafts else {},
    }
    return render_list(request, "publications/publication_list.html", context)


@login_not_required
@require_safe
def publication_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One publication with its facts, and the events it belongs to as far as the reader may see them."""
    reader, now = reader_of(request), timezone.now()
    publication = visible_publication_or_404(request, slug)
    prefetch_related_objects([publication], *TOLD)
    shows_downloads = not publication.is_draft and allows(reader, "publications.resolve_publication", publication)
    seen = publication.versions.visible_to(reader).newest_first().defer("text")
    versions = list(seen.with_downloads(now.date() - LATELY) if shows_downloads else seen)
    events = publication.events.visible_to(reader).exclude(Event.draft_q())
    version = versions[0] if versions else None
    context = {
        "publication": publication,
        "entry": Entry(publication, reader),
        "authors": publication.authors.all(),
        "topics": publication.topics.all(),
        "circulations": circulations_seen(publication, reader),
        "cited": None if publication.is_draft else cited(publication),
        "events": events.only("title", "slug").order_by("starts_at", "pk"),
        "version": version,
        "versions": list(zip_longest(versions, versions[1:])),
        "linked_data": publication_data(publication, version),
        "downloads": _downloads(versions) if shows_downloads else None,
        "may_change": allows(reader, "publications.change_publication", publication),
        "panels": panels.collect("publications:detail", publication, reader, now),
    }
    return render(request, "publications/publication_detail.html", context)


def _downloads(versions: list[Version]) -> dict[str, int]:
    """How often all versions were fetched, ever and lately. They were read ``with_downloads``."""
    counted: Any = versions
    return {
        "all": sum(version.downloads for version in counted),
        "lately": sum(version.downloads_lately for version in counted),
    }


def visible_publication_or_404(request: HttpRequest, slug: str) -> Publication:
    found = Publication.objects.visible_to(reader_of(request)).select_related("group")
    return get_object_or_404(found, slug=slug)
