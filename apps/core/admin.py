"""The portal's own records in the admin: the audit trail and the signs of life. Read only."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _

from apps.core import desk
from apps.core.adminbase import ReadOnlyAdmin
from apps.core.models import AuditEntry, Heartbeat

__all__ = ["AuditEntryAdmin", "HeartbeatAdmin", "desk"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "event", "actor", "thing", "detail")
    list_display_links = ("at",)
    list_select_related = ("actor", "about_type")
    list_filter = ("event",)
    search_fields = ("detail", "actor__name", "actor__email")
    search_help_text = _("Search by detail, or by the name or address of who did it.")
    ordering = ("-at", "-pk")
    fields = ("at", "event", "actor", "thing", "detail")
    readonly_fields = fields

    @display(description=_("about"))
    def thing(self, entry: AuditEntry) -> str:
        """Kind and number of the row; its title may say more than a list should."""
        return f"{entry.about_type.name} {entry.about_id}" if entry.about_type else "–"


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "beat_at")
    ordering = ("name",)
