"""The host conferences."""

from __future__ import annotations

from django.contrib import admin

from apps.core.adminbase import PortalAdmin
from apps.events.models import Occasion


@admin.register(Occasion)
class OccasionAdmin(PortalAdmin):
    notices_others = True
    list_display = ("name", "kind", "place", "starts_on", "ends_on")
    list_filter = ("kind",)
    search_fields = ("name", "place")
    ordering = ("-starts_on", "-pk")
