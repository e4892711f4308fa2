"""Members: found, read, corrected. Accounts come by invitation; passwords and rights are set nowhere here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import reader
from apps.members.admin.address import AddressStep
from apps.members.admin.closing import CLOSING_STEPS
from apps.members.admin.filters import CountryFilter, GroupFilter, StakeholderFilter
from apps.members.admin.joining import save_membership
from apps.members.admin.memberships import MembershipInline
from apps.members.models import Member


class MemberForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Member
        fields = ("name", "position", "organisation", "country", "phone", "about", "time_zone", "language", "topics")
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}


@admin.register(Member)
class MemberAdmin(PortalAdmin):
    notices_others = True
    form = MemberForm
    steps = (AddressStep, *CLOSING_STEPS)
    inlines = (MembershipInline,)
    list_display = ("name", "email", "organisation", "country", "status", "is_staff", "last_login")
    list_display_links = ("name", "email")
    list_select_related = ("organisation",)
    list_filter = ("status", "is_staff", StakeholderFilter, GroupFilter, CountryFilter)
    search_fields = ("name", "email", "organisation__name")
    search_help_text = _("Search by name, address or organisation.")
    ordering = ("name", "pk")
    autocomplete_fields = ("organisation", "topics")
    fieldsets = (
        (None, {"fields": ("name", "email", "position", "organisation", "country", "phone", "about")}),
        (_("Reads"), {"fields": ("language", "time_zone", "topics")}),
        (_("Account"), {"fields": (("status", "is_staff"), "last_login", "elsewhere")}),
        (_("What members see, by the person's own choice"), {"fields": ("is_listed", "shown", "hides_participation")}),
    )
    readonly_fields = (
        "email",
        "status",
        "is_staff",
        "last_login",
        "elsewhere",
        "is_listed",
        "shown",
        "hides_participation",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("organisation").defer("password")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Offer only people who can take part where somebody is picked from a field."""
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            queryset = queryset.filter(is_active=True)
        return super().get_search_results(request, queryset, search_term)

    def view_on_site(self, member: Member) -> str:
        return member.get_absolute_url()

    @display(description=_("shown to members"))
    def shown(self, member: Member) -> str:
        return ", ".join(str(field.label) for field in member.shown_fields()) or gettext("the name only")

    @display(description=_("see also"))
    def elsewhere(self, member: Member) -> str:
        participations = f"{reverse('admin:events_participation_changelist')}?member__id__exact={member.pk}"
        mails = f"{reverse('admin:notifications_outgoingmail_changelist')}?member__id__exact={member.pk}"
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>', participations, _("invitations to events"), mails, _("mails")
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Memberships are saved by their actions, so that each change of a role is on the record."""
        formset.save(commit=False)
        for membership in formset.new_objects:
            save_membership(reader(request), membership, None, is_new=True)
        by_instance = {row.instance.pk: row for row in formset.initial_forms}
        for membership, _names in formset.changed_objects:
            save_membership(reader(request), membership, by_instance[membership.pk], is_new=False)
