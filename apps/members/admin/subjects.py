"""Where people come from, what they work on, and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import display
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import PortalAdmin
from apps.members.models import Organisation, Phase, Topic


class OrganisationForm(forms.ModelForm):
    def validate_constraints(self) -> None:
        """Say beside the field what the one constraint, on the name, would say in no words of ours."""
        try:
            exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]  # missing in the stubs
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError:
            self.add_error("name", _("There is an organisation of this name already."))


@admin.register(Organisation)
class OrganisationAdmin(PortalAdmin):
    notices_others = True
    form = OrganisationForm
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
    notices_others = True
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
    notices_others = True
    list_display = ("name", "starts_on", "ends_on", "focus")
    ordering = ("-starts_on", "-pk")
