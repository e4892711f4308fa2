"""The dated rows that become mail."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from apps.core.adminbase import ReadOnlyAdmin
from apps.notifications.admin.columns import MailColumns
from apps.notifications.admin.filters import KindFilter
from apps.notifications.models import Reminder


@admin.register(Reminder)
class ReminderAdmin(MailColumns, ReadOnlyAdmin):
    list_display = ("due_at", "kind_label", "thing", "zone", "state", "recipient_count", "why")
    list_filter = ("state", KindFilter)
    ordering = ("-due_at", "-pk")
    fields = (
        "due_at",
        "kind_label",
        "thing",
        "anchor_at",
        "zone",
        "expires_at",
        "includes_late_joiners",
        "state",
        "why",
        "sent_at",
        "recipient_count",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("about")
