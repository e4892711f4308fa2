"""Where people come from, what they work on, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import PortalAdmin
from apps.members.models import Organisation, Phase, Topic


@admin.register(Organisation)
class OrganisationAdmin(PortalAdmin):
    list_display = ("name", "stakeholder_group", "country", "member_count")
    list_filter = ("stakeholder_group",)
    search_fields = ("name",)
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @display(description=_("members"), ordering="member_count")
    def member_count(self, organisation: Any) -> int:
        return organisation.member_count


@admin.register(Topic)
class TopicAdmin(PortalAdmin):
    list_display = ("title", "parent", "position")
    list_select_related = ("parent",)
    search_fields = ("title",)
    ordering = ("position", "title", "pk")
    prepopulated_fields = {"slug": ("title",)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer key areas only: topics have two levels."""
        if db_field.name == "parent":
            kwargs["queryset"] = Topic.objects.filter(parent=None).order_by("position", "title")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Phase)
class PhaseAdmin(PortalAdmin):
    list_display = ("name", "starts_on", "ends_on", "focus")
    ordering = ("-starts_on", "-pk")
