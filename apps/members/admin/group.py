"""Groups, and who is in them as a list of its own: a group may have thousands."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.adminbase import PortalAdmin
from apps.core.adminrows import RowsStep
from apps.core.adminsteps import reader
from apps.members.actions import end_membership, save_group
from apps.members.admin.joining import MembershipForm, save_membership
from apps.members.models import Group, Membership


@admin.register(Group)
class GroupAdmin(PortalAdmin):
    notices_others = True
    list_display = ("name", "visibility", "people")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("name", "slug", "purpose", "visibility", "people")
    readonly_fields = ("people",)
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        present = Count("memberships", filter=Q(memberships__ended_on=None))
        return super().get_queryset(request).annotate(member_count=present)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Group | None = None) -> dict[str, Any]:
        """An address that was given out stays."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Only a group nobody was ever in: memberships stay for the reports."""
        is_empty = obj is None or not (obj.memberships.exists() or obj.invitations.exists())
        return is_empty and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        save_group(actor=reader(request), group=obj)

    @display(description=_("members"), ordering="member_count")
    def people(self, group: Any) -> str:
        if group.pk is None:
            return "–"
        url = f"{reverse('admin:members_membership_changelist')}?group__id__exact={group.pk}&ended_on__isnull=True"
        return format_html('<a href="{}">{}</a>', url, group.member_count)


class EndStep(RowsStep):
    slug = "end"
    perm = "members.change_membership"
    label = _("End the membership")
    question = ngettext_lazy("End %(count)d membership?", "End %(count)d memberships?", "count")
    button = ngettext_lazy("End %(count)d membership", "End %(count)d memberships", "count")
    done = ngettext_lazy("%(count)d membership has ended.", "%(count)d memberships have ended.", "count")
    explanation = _(
        "Rights in the group end at once, and with them invitations to events and requests to comment that came "
        "through the group; a later membership does not bring them back. The membership stays on record. Nobody gets "
        "a mail."
    )

    @classmethod
    def fits(cls, row: Membership) -> bool:
        return row.ended_on is None

    def describe(self, row: Membership) -> str:
        return f"{row.member} · {row.group} · {row.get_role_display()}"

    def act(self, row: Membership, cleaned: dict[str, Any]) -> None:
        end_membership(actor=self.actor, membership=row, now=timezone.now())


@admin.register(Membership)
class MembershipAdmin(PortalAdmin):
    form = MembershipForm
    steps = (EndStep,)
    list_display = ("member", "group", "role", "started_on", "ended_on")
    list_select_related = ("member", "group")
    list_filter = ("role", ("ended_on", admin.EmptyFieldListFilter), "group")
    search_fields = ("member__name", "member__email", "member__organisation__name")
    ordering = ("member__name", "pk")
    autocomplete_fields = ("group", "member")
    fields = ("group", "member", "role", "started_on", "ended_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        """Only the role changes; an end is an act of its own."""
        return ("group", "member", "started_on", "ended_on") if obj else ("ended_on",)

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.ended_on)

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Memberships are ended, not deleted: they stay for the reports."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("member", "group")

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        save_membership(reader(request), obj, form, is_new=not change)
