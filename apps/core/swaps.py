"""Pages whose middle htmx swaps in place: one address answers with the whole page or with its changing part alone.

The changing part is the template's partial ``list``. See ``templates/_filter_bar.html`` for the form that asks for it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url
from django_htmx.middleware import HtmxDetails


def render_list(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with the page ``template``, or with its partial ``list`` where htmx asks for that alone.

    ``is_swap`` tells the template which. The address that htmx pushes leaves out what was not chosen, so that people
    can pass it on.
    """
    is_part = is_swap(request)
    response = render(request, f"{template}#list" if is_part else template, {**context, "is_swap": is_part})
    patch_vary_headers(response, ["HX-Request"])
    return push_url(response, tidy_address(request)) if is_part else response


def is_swap(request: HttpRequest) -> bool:
    """Whether htmx asks, to swap a part of the page that stands there."""
    htmx: HtmxDetails = getattr(request, "htmx")  # noqa: B009  HtmxMiddleware adds what no annotation knows
    return bool(htmx) and not htmx.history_restore_request


def tidy_address(request: HttpRequest) -> str:
    """Return the address of the request without empty parameters."""
    query = tidy_query(request.GET)
    return f"{request.path}?{query}" if query else request.path


def tidy_query(asked: QueryDict) -> str:
    """Return the query string without empty parameters."""
    chosen = QueryDict(mutable=True)
    for name, values in asked.lists():
        chosen.setlist(name, [value for value in values if value])
    return chosen.urlencode()
