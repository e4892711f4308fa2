"""Requests to join: who asked, what is known of the address, and what was decided."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.utils import flatten
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import ReadOnlyAdmin
from apps.members.admin.deciding import JOIN_REQUEST_STEPS, what_is_known
from apps.members.models import Invitation, JoinRequest, Member


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    steps = JOIN_REQUEST_STEPS
    list_display = ("asker", "organisation", "stakeholder_group", "country", "state", "known", "created_at")
    list_display_links = ("asker",)
    list_select_related = ("group",)
    list_filter = ("state", "stakeholder_group", "group")
    search_fields = ("name", "address", "organisation")
    search_help_text = _("Search by name, address or organisation.")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("name", "address", "known", ("organisation", "stakeholder_group", "country"))}),
        (_("What they ask"), {"fields": ("group", "motivation", ("created_at", "agreed_to"))}),
        (_("How it stands"), {"fields": ("state", "reason", ("decided_by", "decided_at", "is_told"), "invited")}),
    )
    readonly_fields = tuple(name for _title, part in fieldsets for name in flatten(part["fields"]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what is known of the address: its account, and whether an invitation is open."""
        accounts = Member.objects.get_queryset().alias(lower_email=Lower("email"))
        status = accounts.filter(lower_email=OuterRef("address")).values("status")
        invitations = Invitation.objects.alias(lower_address=Lower("address"))
        is_open = invitations.filter(lower_address=OuterRef("address"), state__in=["prepared", "sent"])
        rows = super().get_queryset(request).select_related("group", "decided_by", "agreed_to", "invitation__group")
        return rows.annotate(account_status=Subquery(status[:1]), has_invitation=Exists(is_open))

    @display(description=_("name"), ordering="name")
    def asker(self, join_request: Any) -> str | Promise:
        return join_request.name or _("(deleted after a while)")

    @display(description=_("known already"))
    def known(self, join_request: Any) -> str | Promise:
        return what_is_known(join_request) or "–"

    @display(description=_("invitation"))
    def invited(self, join_request: Any) -> str:
        invitation = join_request.invitation
        if invitation is None:
            return "–"
        url = reverse("admin:members_invitation_change", args=[invitation.pk])
        return format_html('<a href="{}">{}</a>', url, f"{invitation.group} · {invitation.get_state_display()}")
