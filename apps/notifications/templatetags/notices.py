"""The template tag of notices: ``{% load notices %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from functools import partial
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from apps.core.fragments import filled, joined, kept_fragment, open_place
from apps.core.templatetags.portal import moment
from apps.notifications.models import Notification

register = template.Library()


@register.simple_tag(takes_context=True)
def notice_rows(
    context: Context, notices: Iterable[Notification], zone: tzinfo, *, are_marked: bool = False
) -> SafeString:
    """Show notices and what they are about, if that is left, with their words and the button that marks one as read:
    ``{% notice_rows notices user.time_zone %}``; ``are_marked`` where that was done just now. No query.
    """
    known = list(notices)
    drawings = _notice_row.each({**_shown(notice, zone), "is_marked": are_marked} for notice in known)
    here = {
        "csrf_token": lambda: str(context["csrf_token"]),
        "next": context["request"].get_full_path,
    }
    return joined(
        filled(drawing, {**here, "pk": partial(str, notice.pk)})
        for drawing, notice in zip(drawings, known, strict=True)
    )


def _shown(notice: Notification, zone: tzinfo) -> dict[str, Any]:
    about: Any = notice.subject
    return {
        "is_new": notice.read_at is None,
        "is_chatham": getattr(about, "is_chatham_house", False),
        "label": str(notice.label),
        "at": moment(notice.created_at, zone),
        "url": about.get_absolute_url() if about else "",
        "title": str(about) if about else "",
        "words": notice.words,
    }


# The secretariat's words in it may be long.
@kept_fragment("notifications/_notice_row.html", most=512)
def _notice_row(**shown: Any) -> dict[str, Any]:
    return {**shown, **{name: open_place(name) for name in ("pk", "csrf_token", "next")}}
