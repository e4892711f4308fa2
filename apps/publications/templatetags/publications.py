"""The template tags of publications: ``{% load publications %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from apps.core.fragments import kept_fragment
from apps.core.templatetags.portal import badges
from apps.publications.dates import date_text, machine_date, month_text
from apps.publications.models import Publication
from apps.publications.shelf import Entry

register = template.Library()


@register.simple_tag
def publication_rows(rows: Iterable[Entry]) -> SafeString:
    """Show the publications of a list as their reader meets them: ``{% publication_rows rows %}``. No query."""
    return format_html_join("", "{}", ((_row(row),) for row in rows))


def _row(row: Entry) -> SafeString:
    publication = row.publication
    return _publication_row(
        slug=publication.slug,
        title=publication.title,
        subtitle=publication.subtitle,
        language=publication.language,
        kind=Publication.Kind(publication.kind),
        byline=publication.byline,
        published_on=publication.published_on,
        day_is_known=publication.day_is_known,
        badges=badges(
            # A stranger sees nothing but public ones.
            publication.visibility if row.reader else "",
            group_name=row.group_name,
            is_draft=publication.is_draft,
            is_sample=publication.is_sample,
        ),
    )


@kept_fragment("publications/_publication_row.html")
def _publication_row(**shown: Any) -> dict[str, Any]:
    return {**shown, "kind": shown["kind"].label}


@register.simple_tag
def published(publication: Publication) -> SafeString:
    """Show the date of a publication: "22 December 2022", or "November 2023" where nobody knows the day."""
    return _time(publication.published_on, date_text, day_is_known=publication.day_is_known)


@register.simple_tag
def published_month(published_on: date | None, day_is_known: bool) -> SafeString:
    """Show the month of a publication in the margin of a list: "Nov 2023"."""
    return _time(published_on, lambda day, day_is_known: month_text(day), day_is_known=day_is_known)


def _time(day: date | None, words: Any, *, day_is_known: bool) -> SafeString:
    if day is None:
        return SafeString()
    stamp = machine_date(day, day_is_known=day_is_known)
    return format_html('<time datetime="{}">{}</time>', stamp, words(day, day_is_known=day_is_known))


@register.filter
def language_name(code: str) -> str:
    """Name a language in the reader's own: ``{{ publication.language|language_name }}``."""
    try:
        name: str = get_language_info(code)["name_translated"]
    except KeyError:
        return code
    return name[:1].upper() + name[1:]
