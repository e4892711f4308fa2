"""Columns that several lists of the mail engine share."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.portal import badges
from apps.notifications.kinds import KINDS


class MailColumns:
    """The kind in words, the thing a row is about as a link to its page, with the mark of the Chatham House Rule, and
    why it stands as it does.
    """

    @display(description=_("kind"), ordering="kind")
    def kind_label(self, row: Any) -> str | Promise:
        return KINDS[row.kind].label if row.kind in KINDS else row.kind

    @display(description=_("reason"), ordering="reason")
    def why(self, row: Any) -> str:
        return row.why

    @display(description=_("about"))
    def thing(self, row: Any) -> str:
        if row.about is None:
            return "–"
        mark = badges(is_chatham=getattr(row.about, "is_chatham_house", False))
        try:
            url = reverse(f"admin:{row.about._meta.app_label}_{row.about._meta.model_name}_change", args=[row.about.pk])
        except NoReverseMatch:
            return format_html("{} {}", row.about, mark)
        return format_html('<a href="{}">{}</a> {}', url, row.about, mark)
