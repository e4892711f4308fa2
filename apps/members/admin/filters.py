"""How members are narrowed down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from apps.core.confirmed import id_numbers
from apps.members.models import Group, Member, Membership, StakeholderGroup


class GroupFilter(admin.SimpleListFilter):
    """Present members of a group."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Group.objects.order_by("name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = id_numbers([self.value() or ""])
        if not wanted:
            return queryset
        return queryset.filter(Exists(Membership.objects.current().filter(member=OuterRef("pk"), group__in=wanted)))


class StakeholderFilter(admin.SimpleListFilter):
    """By the stakeholder group of the organisation."""

    title = _("stakeholder group")
    parameter_name = "stakeholders"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(StakeholderGroup.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(organisation__stakeholder_group=self.value()) if self.value() else queryset


class CountryFilter(admin.SimpleListFilter):
    """The countries that members come from, not all there are."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        codes = (
            Member.objects.get_queryset().exclude(country="").order_by().values_list("country", flat=True).distinct()
        )
        return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: str(pair[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(country=self.value()) if self.value() else queryset
