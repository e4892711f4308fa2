"""The search over everything the reader may see. A public page: strangers find what is public."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core import search as finding
from apps.core.searchwords import read
from apps.core.swaps import render_list
from apps.members.requests import reader_of
from apps.pages.filters import SearchFilter
from apps.pages.finding import of_kind, results_of, tabs_of

PER_PAGE = 25
# A word may cost more than a page does, and it is asked for while it is typed. A big office asks from one address.
RATES = {"search": "300/m/ip"}


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """What has the words of the query string, the best first, narrowed and by kind."""
    filters = SearchFilter(request.GET, reader=reader_of(request), now=timezone.now())
    if filters.words and not ratelimit.consume(
        request, app="apps.pages", action="search", config=RATES, limit_get=True
    ):
        return ratelimit.respond_429(request)
    response = render_list(request, "pages/search.html", {"filter": filters, **_found(request, filters)})
    response.headers["X-Robots-Tag"] = "noindex, follow"  # There is no end to the words.
    return response


def _found(request: HttpRequest, filters: SearchFilter) -> dict[str, Any]:
    reader, kind = reader_of(request), request.GET.get("kind", "")
    asked = read(filters.words)
    hits = finding.find(asked, reader, filters.narrowing)
    tabs = tabs_of(hits, kind)
    page = Paginator(of_kind(hits, kind), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "asked": asked,
        "tabs": tabs,
        "all_count": len(hits),
        "is_cut": any(tab.is_cut for tab in tabs),
        "page_obj": page,
        "results": results_of(page.object_list, asked, reader),
        "kept": {"kind": kind} if any(tab.is_chosen for tab in tabs) else {},
    }
