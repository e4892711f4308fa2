"""Legal texts, version by version: one in force is read only, a change is a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import Tool
from apps.core.confirmed import id_numbers
from apps.members.models import LegalText


@admin.register(LegalText)
class LegalTextAdmin(PortalAdmin):
    list_display = ("kind", "version", "published_at", "is_in_force")
    list_display_links = ("kind", "version")
    list_filter = ("kind",)
    ordering = ("kind", "-version")
    fields = ("kind", "version", "body", "published_at")
    readonly_fields = ("version",)

    def has_change_permission(self, request: HttpRequest, obj: LegalText | None = None) -> bool:
        """People agreed to what was published: it stays as it was."""
        return super().has_change_permission(request, obj) and not (obj and _is_published(obj))

    def tools(self, request: HttpRequest, obj: Any) -> list[Tool]:
        add_url = reverse("admin:members_legaltext_add")
        return [*super().tools(request, obj), Tool(str(_("New version from this one")), f"{add_url}?from={obj.pk}")]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        earlier = LegalText.objects.filter(pk__in=id_numbers([request.GET.get("from", "")])).first()
        return {"kind": earlier.kind, "body": earlier.body} if earlier else {}

    @display(description=_("published"), boolean=True)
    def is_in_force(self, text: LegalText) -> bool:
        return _is_published(text)


def _is_published(text: LegalText) -> bool:
    return text.published_at is not None and text.published_at <= timezone.now()
