"""Invitations: prepared, sent, sent anew, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import reader
from apps.members.actions import prepare_invitation
from apps.members.admin.importing import ImportStep
from apps.members.admin.inviting import INVITATION_STEPS, SendStep
from apps.members.models import Invitation
from apps.notifications.models import OutgoingMail


@admin.register(Invitation)
class InvitationAdmin(PortalAdmin):
    notices_others = True
    steps = (*INVITATION_STEPS, ImportStep)
    list_display = ("address", "name", "group", "role", "state", "mail", "sent_at", "expires_at")
    list_select_related = ("group",)
    list_filter = ("state", "role", "group")
    search_fields = ("address", "name", "organisation")
    search_help_text = _("Search by address, name or organisation.")
    ordering = ("-pk",)
    autocomplete_fields = ("group", "topics")
    fieldsets = (
        (None, {"fields": ("address", ("group", "role"), "paragraph")}),
        (
            _("Known of the person"),
            {
                "fields": (
                    "name",
                    "position",
                    "organisation",
                    "stakeholder_group",
                    "country",
                    "language",
                    "time_zone",
                    "topics",
                )
            },
        ),
        (_("How it stands"), {"fields": (("state", "mail"), ("sent_at", "expires_at"), ("accepted_at", "invited_by"))}),
    )
    readonly_fields = ("state", "mail", "sent_at", "expires_at", "accepted_at", "invited_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> tuple[str, ...]:
        """An invitation is bound to its address, group and role: another is another invitation."""
        return (*self.readonly_fields, "address", "group", "role") if obj else self.readonly_fields

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.can_change)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the state of the last mail, by its key in the ledger."""
        key = Concat(Value("members.invitation:"), Cast(OuterRef("pk"), CharField()))
        last = OutgoingMail.objects.filter(about_key=key).order_by("-pk").values("state")[:1]
        rows = super().get_queryset(request).select_related("group", "invited_by")
        return rows.annotate(last_mail_state=Subquery(last))

    @display(description=_("mail"))
    def mail(self, invitation: Any) -> str:
        state = getattr(invitation, "last_mail_state", None)
        if not state:
            return "–"
        url = f"{reverse('admin:notifications_outgoingmail_changelist')}?about_key=members.invitation:{invitation.pk}"
        return format_html('<a href="{}">{}</a>', url, OutgoingMail.State(state).label)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        values = {name: value for name, value in form.cleaned_data.items() if name != "topics"}
        # The form's own row becomes the prepared one, for its topics and the history.
        obj.pk = prepare_invitation(actor=reader(request), **values).pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue: str | None = None) -> HttpResponse:
        """Say that nothing was sent, and lead to what sends it: "added" alone reads as if it were done."""
        response = super().response_add(request, obj, post_url_continue)
        said = _('It is prepared and not sent yet: nobody has a mail of it. <a href="{}">Send it</a>')
        messages.warning(request, format_html(str(said), SendStep.tool_url(self.opts, obj)))
        return response
