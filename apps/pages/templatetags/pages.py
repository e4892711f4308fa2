"""The template tags of pages: ``{% load pages %}``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from apps.core.fragments import joined
from apps.core.outlines import Outline
from apps.core.searchable import Row, Searchable
from apps.core.templatetags.portal import marked
from apps.pages.finding import Result

register = template.Library()

_FOUND = Outline("pages/_found.html")


@register.simple_tag
def found_rows(results: Iterable[Result]) -> SafeString:
    """Show what was found: ``{% found_rows results %}``. No query."""
    known = list(results)
    drawn = _drawn(known)
    return joined(_FOUND.each((_found(result, drawn), {}) for result in known))


def _drawn(results: list[Result]) -> dict[str, SafeString]:
    """What each kind shows of its things, by their addresses."""
    rows: dict[Searchable, list[Row]] = {}
    for result in results:
        rows.setdefault(result.searchable, []).append(result.row)
    return {
        row.url: drawing
        for searchable, own in rows.items()
        if searchable.draw
        for row, drawing in zip(own, searchable.draw(own), strict=True)
    }


def _found(result: Result, drawn: dict[str, SafeString]) -> dict[str, Any]:
    return {
        "kind": str(result.searchable.name),
        "title": marked(result.title),
        "url": result.row.url,
        "language": result.row.language,
        "about": drawn.get(result.row.url, ""),
        "text": marked(result.text),
    }
