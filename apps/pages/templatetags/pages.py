"""The template tags of pages: ``{% load pages %}``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
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
    return joined(_FOUND.each((_found(result), {}) for result in results))


def _found(result: Result) -> dict[str, Any]:
    return {
        "kind": str(result.searchable.name),
        "title": marked(result.title),
        "url": result.row.url,
        "language": result.row.language,
        "about": _about(result.searchable, result.row),
        "text": marked(result.text),
    }


def _about(searchable: Searchable, row: Row) -> str:
    """What its kind shows of it."""
    if searchable.draw is not None:
        return searchable.draw(row)
    if not searchable.template:
        return ""
    return render_to_string(searchable.template, {"found": row.shown, "url": row.url})
