"""For search engines: what they need not look at, and where all that strangers may see stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core.links import absolute, absolute_url
from apps.events.models import Event
from apps.members.models import Group, LegalText, Topic
from apps.publications.models import Publication

# The protocol allows 50,000 addresses a file (https://www.sitemaps.org/protocol.html); fewer are answered sooner.
PER_FILE = 10_000
# Behind a login, opened by a signed link that nobody publishes, or work for nothing.
CLOSED = (
    "/admin/",
    "/accounts/",
    "/dashboard/",
    "/discussions/",
    "/members/",
    "/notifications/",
    "/search/",
    "/settings/",
    "/invitation/",
    "/rsvp/",
    "/unsubscribe/",
    "/calendar/",
    "/feed/",
    "/publications/*/compare/",
)
FIXED = ("pages:home", "pages:about", "pages:topics", "events:list", "publications:list", "members:join")


class Place(NamedTuple):
    """One address of the map, and when what stands there last changed, where that is known."""

    url: str
    changed_at: datetime | None = None

    @property
    def lastmod(self) -> str:
        """In UTC, whoever asks."""
        return self.changed_at.astimezone(UTC).isoformat(timespec="seconds") if self.changed_at else ""


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers off what they would only meet a login at, and name the map."""
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED)
    text = f"User-agent: *\n{closed}\nSitemap: {absolute_url('pages:sitemap')}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The files of the map. A count for each kind of thing."""
    files = [("pages", 1), *((part, n) for part, rows in PARTS.items() for n in range(1, _file_count(rows()) + 1))]
    places = [Place(absolute_url("pages:sitemap_part", part=part, number=number)) for part, number in files]
    return _map(request, "pages/sitemap_index.xml", places)


@login_not_required
@require_safe
def sitemap_part(request: HttpRequest, part: str, number: int) -> HttpResponse:
    """One file of the map, empty behind the last: the same to everybody, only what strangers may see."""
    if (part, number) == ("pages", 1):
        places = list(_pages(timezone.now()))
    elif part in PARTS and 1 <= number <= PER_FILE:
        places = _places(part, number)
    else:
        raise Http404
    return _map(request, "pages/sitemap.xml", places)


def _public_groups() -> QuerySet[Any]:
    return Group.objects.visible_to(None)


def _public_events() -> QuerySet[Any]:
    return Event.objects.visible_to(None)


def _published() -> QuerySet[Any]:
    """Without the withdrawn ones: their pages stay, but nobody need find them."""
    return Publication.objects.visible_to(None).filter(state=Publication.State.PUBLISHED)


PARTS: dict[str, Callable[[], QuerySet[Any]]] = {
    "topics": Topic.objects.all,
    "groups": _public_groups,
    "events": _public_events,
    "publications": _published,
}
_DETAIL = {
    "topics": "pages:topic",
    "groups": "pages:group",
    "events": "events:detail",
    "publications": "publications:detail",
}


def _file_count(rows: QuerySet[Any]) -> int:
    return ceil(rows.count() / PER_FILE)


def _pages(now: datetime) -> Iterator[Place]:
    """The pages that are always there, and the legal texts in force."""
    yield from (Place(absolute_url(name)) for name in FIXED)
    for kind in LegalText.Kind:
        text = LegalText.objects.in_force(kind, now)
        if text:
            yield Place(absolute_url("members:legal", kind=kind), text.published_at)


def _places(part: str, number: int) -> list[Place]:
    first = (number - 1) * PER_FILE
    rows = PARTS[part]().order_by("pk").values_list("slug", "updated_at")[first : first + PER_FILE]
    return [Place(absolute(reverse(_DETAIL[part], args=[slug])), changed_at) for slug, changed_at in rows]


def _map(request: HttpRequest, template: str, places: list[Place]) -> HttpResponse:
    return render(request, template, {"places": places}, content_type="application/xml; charset=utf-8")
