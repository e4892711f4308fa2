"""The template tags of discussions: ``{% load discussions %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.core.fragments import kept_fragment
from apps.core.templatetags.portal import badges
from apps.discussions.board import Entry
from apps.discussions.models import Thread
from apps.discussions.shown import date_words

register = template.Library()


@register.simple_tag
def thread_rows(rows: Iterable[Entry]) -> SafeString:
    """Show the threads of a list as their reader meets them: ``{% thread_rows rows %}``. No query."""
    return format_html_join("", "{}", ((_row(row),) for row in rows))


@register.simple_tag
def thread_badges(thread: Thread, sees_group: bool) -> SafeString:
    """Show the badges of a thread: ``{% thread_badges thread sees_group %}``."""
    return _badges_of(thread, str(thread.group) if sees_group else "")


@register.filter
def day_words(day: date | None) -> str:
    """Say a day without a time: ``{{ thread.opened_on|day_words }}``, "Thu 10 June 2027"."""
    return date_words(day) if day else ""


def _row(row: Entry) -> SafeString:
    thread = row.thread
    return _thread_row(
        pk=thread.pk,
        title=thread.title,
        badges=_badges_of(thread, row.group_name),
        is_pinned=thread.is_pinned,
        is_locked=thread.is_locked,
        is_settled=thread.outcome_on is not None,
        unread=row.unread,
        count=thread.last_number,
        last_day=row.last_day,
    )


@kept_fragment("discussions/_thread_row.html")
def _thread_row(**shown: Any) -> dict[str, Any]:
    return shown


def _badges_of(thread: Thread, group_name: str) -> SafeString:
    return badges(
        thread.visibility,
        group_name=group_name,
        is_chatham=not thread.is_named,
        is_draft=thread.is_hidden,
        is_sample=thread.is_sample,
    )
