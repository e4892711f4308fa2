"""The template tag of notices: ``{% load notices %}``."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django import template
from django.utils.safestring import SafeString

from apps.core.fragments import kept_fragment
from apps.core.templatetags.portal import moment
from apps.notifications.models import Notification

register = template.Library()


@register.simple_tag
def notice_said(notice: Notification, about: Any, zone: tzinfo) -> SafeString:
    """Show what a notice says of its subject, None when that is gone: ``{% notice_said notice about zone %}``."""
    return _notice_said(
        is_new=notice.read_at is None,
        is_chatham=getattr(about, "is_chatham_house", False),
        label=str(notice.label),
        at=moment(notice.created_at, zone),
        url=about.get_absolute_url() if about else "",
        title=str(about) if about else "",
    )


@kept_fragment("notifications/_notice_said.html")
def _notice_said(**shown: Any) -> dict[str, Any]:
    return shown
