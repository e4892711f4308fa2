"""What was said to many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import ReadOnlyAdmin
from apps.notifications.admin.columns import MailColumns
from apps.notifications.admin.filters import KindFilter
from apps.notifications.models import Announcement


@admin.register(Announcement)
class AnnouncementAdmin(MailColumns, ReadOnlyAdmin):
    list_display = ("created_at", "kind_label", "thing", "made_by", "state", "position")
    list_select_related = ("made_by",)
    list_filter = ("state", KindFilter)
    ordering = ("-pk",)
    fields = (
        "created_at",
        "kind_label",
        "thing",
        "made_by",
        "state",
        "why",
        "audience",
        "position",
        "title",
        "paragraph",
        "expires_at",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Leave the ids out: ten thousand of them stand in one row."""
        return super().get_queryset(request).defer("member_ids").prefetch_related("about")

    @display(description=_("people it is for"))
    def audience(self, announcement: Announcement) -> int:
        return len(announcement.member_ids)
