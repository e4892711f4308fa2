"""Addresses nothing but security mail is sent to, kept by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import reader
from apps.notifications.models import Suppression


@admin.register(Suppression)
class SuppressionAdmin(PortalAdmin):
    list_display = ("address", "reason", "made_by", "created_at")
    search_fields = ("address", "reason")
    ordering = ("address",)

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        obj.made_by = obj.made_by if change else reader(request)
        super().save_model(request, obj, form, change)
