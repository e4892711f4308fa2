"""The groups of one person, on their page: there are few."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.adminbase import PortalInline
from apps.members.admin.joining import MembershipForm
from apps.members.models import Membership


class MembershipInline(PortalInline):
    model = Membership
    form = MembershipForm
    fields = (("group", "role"), ("started_on", "ended_on"))
    readonly_fields = ("ended_on",)
    autocomplete_fields = ("group",)
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Present ones to change; ended ones stand in the list of memberships."""
        return super().get_queryset(request).current().select_related("group").order_by("group__name", "pk")  # type: ignore[attr-defined]  # MembershipQuerySet

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
