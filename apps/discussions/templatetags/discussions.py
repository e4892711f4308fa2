"""The template tags of discussions: ``{% load discussions %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from apps.core.fragments import joined, kept_fragment
from apps.core.outlines import Outline
from apps.core.templatetags.portal import badges
from apps.core.zones import date_text
from apps.discussions.badges import SIGNS, badges_of, signs_of
from apps.discussions.board import Entry
from apps.discussions.forms import FollowForm, ReplyForm
from apps.discussions.models import Thread
from apps.discussions.shown import Shown

register = template.Library()

_POST = Outline("discussions/_post.html")


@register.simple_tag
def thread_rows(rows: Iterable[Entry]) -> SafeString:
    """Show the threads of a list as their reader meets them: ``{% thread_rows rows %}``. No query."""
    return joined(_thread_row.each(map(_row, rows)))


@register.simple_tag(takes_context=True)
def post_rows(context: Context, rows: Iterable[Shown]) -> SafeString:
    """Show the posts of a thread's page, with the line above the first unread: ``{% post_rows rows %}``. No query.

    Wants `page_obj`, `first_unread`, `unread_count`, `form`, `may_lead`.
    """
    known, page = list(rows), context["page_obj"].number
    choices = {"may_write": bool(context["form"]), "may_lead": bool(context["may_lead"])}
    drawings = _POST.each((_said(row, page), {**_marks(row), **choices}) for row in known)
    for place, row in enumerate(known):
        if row.number == context["first_unread"]:
            drawings.insert(place, _unread_line(context["unread_count"]))
            break
    return joined(drawings)


@kept_fragment("discussions/_unread_line.html")
def _unread_line(unread_count: int) -> dict[str, Any]:
    return {"unread_count": unread_count}


def _said(row: Shown, page: int) -> dict[str, Any]:
    """What a post shows, as values of its outline."""
    post, attachment = row.post, row.attachment
    return {
        "thread": post.thread_id,
        "number": row.number,
        "page": page,
        "name": row.name,
        "author": post.author_id if row.has_page else None,
        "about": row.about,
        "when": row.when,
        "stamp": row.stamp,
        "state": capfirst(post.get_state_display()) if post.is_gone else "",
        "reason": post.reason,
        "html": row.html,
        "file_name": attachment.name if attachment else "",
        "file_facts": f"{attachment.format.upper()}, {filesizeformat(attachment.size)}" if attachment else "",
    }


def _marks(row: Shown) -> dict[str, bool]:
    post = row.post
    return {
        "is_gone": post.is_gone,
        "is_hidden": post.is_hidden,
        "is_withheld": row.is_withheld,
        "is_own": row.is_own,
        "is_editable": row.is_editable,
        "is_revised": post.revision > 0,
    }


@register.simple_tag
def follow_field(level: str) -> SafeString:
    """Show the choice of what one is told of a thread, the present one chosen: ``{% follow_field level %}``."""
    return _follow_field(level)


@kept_fragment("discussions/_follow_field.html")
def _follow_field(level: str) -> dict[str, Any]:
    return {"form": FollowForm(initial={"level": level})}


@register.simple_tag
def reply_fields(form: ReplyForm) -> SafeString:
    """Show the fields of a reply being written: ``{% reply_fields form %}``. No query.

    Blank ones are kept as they were drawn; what somebody wrote is drawn anew each time.
    """
    return _blank_reply() if form.is_blank else form.render()


@kept_fragment("discussions/_form.html")
def _blank_reply() -> dict[str, Any]:
    return {"form": ReplyForm(initial={"text": ""})}


@register.simple_tag
def thread_badges(thread: Thread, sees_group: bool) -> SafeString:
    """Show the badges of a thread: ``{% thread_badges thread sees_group %}``."""
    return badges_of(thread, str(thread.group) if sees_group else "")


@register.filter
def day_words(day: date | None) -> str:
    """Say a day without a time: ``{{ thread.opened_on|day_words }}``, "Thu 10 June 2027"."""
    return date_text(day) if day else ""


def _row(row: Entry) -> dict[str, Any]:
    thread = row.thread
    return {
        "pk": thread.pk,
        "title": thread.title,
        **signs_of(thread, row.group_name),
        "is_pinned": thread.is_pinned,
        "is_settled": thread.outcome_on is not None,
        "unread": row.unread,
        "count": thread.last_number,
        "last_on": row.last_on,
    }


@kept_fragment("discussions/_thread_row.html")
def _thread_row(last_on: date, **shown: Any) -> dict[str, Any]:
    signs = {name: shown.pop(name) for name in SIGNS}
    return {**shown, "badges": badges(**signs), "last_day": date_text(last_on)}
