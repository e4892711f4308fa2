"""The template tags of publications: ``{% load publications %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from apps.core.fragments import filled, joined, kept_fragment, open_place
from apps.core.templatetags.portal import badges
from apps.publications.citing.cited import Cited
from apps.publications.dates import date_text, machine_date, month_text
from apps.publications.forms import CommentForm
from apps.publications.models import Circulation, Comment, Publication, Version
from apps.publications.remarks import Remark
from apps.publications.shelf import Entry

register = template.Library()


@register.simple_tag
def publication_rows(rows: Iterable[Entry]) -> SafeString:
    """Show the publications of a list as their reader meets them: ``{% publication_rows rows %}``. No query."""
    return joined(_publication_row.each(map(_shown, rows)))


def _shown(row: Entry) -> dict[str, Any]:
    publication = row.publication
    return {
        "slug": publication.slug,
        "title": publication.title,
        "subtitle": publication.subtitle,
        "language": publication.language,
        "kind": publication.kind,
        "byline": publication.byline,
        "published_on": publication.published_on,
        "day_is_known": publication.day_is_known,
        # A stranger sees nothing but public ones.
        "visibility": publication.visibility if row.reader else "",
        "group_name": row.group_name,
        "is_draft": publication.is_draft,
        "is_sample": publication.is_sample,
    }


@register.simple_tag
def comment_fields(form: CommentForm) -> SafeString:
    """Show the fields of a comment being written: ``{% comment_fields form %}``. No query.

    Blank ones are kept as they were drawn; what somebody wrote is drawn anew each time.
    """
    if not form.is_blank:
        return render_to_string("publications/_comment_fields.html", {"form": form})
    page = form.initial.get("page")
    drawing = _blank_fields(has_pages="page" in form.fields, has_page=bool(page))
    return filled(drawing, {"opening": lambda: str(form["opening"].value()), "page": lambda: str(page)})


@kept_fragment("publications/_comment_fields.html")
def _blank_fields(*, has_pages: bool, has_page: bool) -> dict[str, Any]:
    places = ("opening", "page") if has_page else ("opening",)
    circulation = Circulation(version=Version(pages=1 if has_pages else None))
    return {"form": CommentForm(initial={name: open_place(name) for name in places}, circulation=circulation)}


@register.simple_tag(takes_context=True)
def remark_rows(context: Context, remarks: Iterable[Remark]) -> SafeString:
    """Show comments as their reader meets them: ``{% remark_rows remarks %}``. Wants `circulation`, `publication`. No
    query.

    The reader's own are never kept: drawn once, they would tell a look into the process that somebody wrote them.
    """
    needs = {name: context[name] for name in ("circulation", "publication", "csrf_token")}
    drawn = (
        render_to_string("publications/_comment.html", {**needs, "remark": remark})
        if remark.is_own
        else _remark_of_another(remark)
        for remark in remarks
    )
    return SafeString("".join(drawn))


def _remark_of_another(remark: Remark) -> SafeString:
    comment = remark.comment
    shown = {name: getattr(comment, name) for name in _SAID}
    outcome: dict[str, Any] = {}
    if remark.shows_outcome:
        outcome = {"disposition": comment.disposition, "reason": comment.reason}
        outcome["version"] = comment.resolved_in.number if comment.resolved_in else None
    return _remark(pk=comment.pk.hex, shows_outcome=remark.shows_outcome, at=remark.at, **shown, **outcome)


# What the templates read of a comment, beside what became of it.
_SAID = ("kind", "shown_as", "page", "section", "paragraph", "line", "quote", "comment", "proposed_change")


# A comment may be long.
@kept_fragment("publications/_comment.html", most=256)
def _remark(
    *, shows_outcome: bool, at: int | None, pk: str, version: int | None = None, **shown: Any
) -> dict[str, Any]:
    comment = {
        **shown,
        "pk": {"hex": pk},
        "get_kind_display": Comment.Kind(shown["kind"]).label,
        "get_disposition_display": Comment.Disposition(shown.get("disposition", "")).label,
        "resolved_in": {"number": version} if version else None,
    }
    return {"remark": {"comment": comment, "is_own": False, "shows_outcome": shows_outcome, "at": at}}


@kept_fragment("publications/_publication_row.html")
def _publication_row(**shown: Any) -> dict[str, Any]:
    signs = {name: shown[name] for name in ("group_name", "is_draft", "is_sample")}
    return {**shown, "kind": Publication.Kind(shown["kind"]).label, "badges": badges(shown["visibility"], **signs)}


@register.simple_tag
def citation_meta(publication: Publication, cited: Cited, version: Version | None) -> SafeString:
    """Write what reference managers read in the head: ``{% citation_meta publication cited version %}``.

    Nothing for a page that is not public. ``version`` is the file it is read as.
    """
    if not publication.is_open_to_all:
        return SafeString()
    return _citation_meta(cited, has_pdf=version is not None and version.format == "pdf")


# With its abstract, which may be long.
@kept_fragment("publications/_citation_meta.html", most=256)
def _citation_meta(cited: Cited, *, has_pdf: bool) -> dict[str, Any]:
    return {"cited": cited, "has_pdf": has_pdf}


@register.simple_tag
def citation(publication: Publication, cited: Cited) -> SafeString:
    """Show how a publication that is out is cited, to read, copy and fetch: ``{% citation publication cited %}``."""
    return _citation(cited, suggested=publication.suggested_citation, published=published(publication))


@kept_fragment("publications/_citation.html", most=256)
def _citation(cited: Cited, *, suggested: str, published: SafeString) -> dict[str, Any]:
    return {"cited": cited, "suggested": suggested, "published": published}


@register.simple_tag
def published(publication: Publication) -> SafeString:
    """Show the date of a publication: "22 December 2022", or "November 2023" where nobody knows the day."""
    day, day_is_known = publication.published_on, publication.day_is_known
    return _time(day, day_is_known, date_text(day, day_is_known=day_is_known)) if day else SafeString()


@register.simple_tag
def published_month(published_on: date | None, day_is_known: bool) -> SafeString:
    """Show the month of a publication in the margin of a list: "Nov 2023"."""
    return _time(published_on, day_is_known, month_text(published_on)) if published_on else SafeString()


def _time(day: date, day_is_known: bool, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine_date(day, day_is_known=day_is_known), words)


@register.filter
def language_name(code: str) -> str:
    """Name a language in the reader's own: ``{{ publication.language|language_name }}``."""
    try:
        name: str = get_language_info(code)["name_translated"]
    except KeyError:
        return code
    return name[:1].upper() + name[1:]
