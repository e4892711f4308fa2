"""The ledger: every mail with what became of it, read only but for "send again"."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.utils import flatten
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from apps.core.adminbase import ReadOnlyAdmin
from apps.core.adminsteps import reader
from apps.core.tokens import mask
from apps.notifications.admin.again import SendAgainStep
from apps.notifications.admin.columns import MailColumns
from apps.notifications.admin.filters import KindFilter, NeedsHandFilter
from apps.notifications.admin.frame import MAIL_POLICY
from apps.notifications.admin.samples import SampleScreens
from apps.notifications.models import OutgoingMail
from apps.notifications.preview import headers_of, is_body_open_to, recipient_address


@admin.register(OutgoingMail)
class OutgoingMailAdmin(MailColumns, SampleScreens, ReadOnlyAdmin):
    steps = (SendAgainStep,)
    change_form_template = "admin/notifications/outgoingmail/change_form.html"
    list_display = ("created_at", "kind_label", "recipient", "subject", "state", "why", "sent_at")
    list_select_related = ("member",)
    list_filter = (NeedsHandFilter, "state", KindFilter)
    search_fields = ("address", "sent_to", "member__email", "member__name", "=message_id", "=about_key")
    search_help_text = _("Search by address, name or Message-ID.")
    ordering = ("-pk",)
    fields = (
        ("state", "why"),
        ("kind_label", "thing", "member"),
        ("due_at", "expires_at", "attempts"),
        ("sent_at", "server_reply"),
    )
    readonly_fields = tuple(flatten(fields))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Bodies are loaded on the page of one mail only."""
        rows = super().get_queryset(request).select_related("member")
        return rows.defer("text_body", "html_body", "attachments", "sealed")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.html_part)
        own = path("<int:pk>/html/", view, name="notifications_outgoingmail_html")
        return [own, *self.sample_urls(), *super().get_urls()]

    @display(description=_("to"))
    def recipient(self, mail: OutgoingMail) -> str:
        return recipient_address(mail)

    def row_context(self, request: HttpRequest, row: OutgoingMail) -> dict[str, Any]:
        is_open = is_body_open_to(row, reader(request))
        return {
            "is_body_open": is_open,
            "mail_headers": headers_of(row) if is_open else [],
            "mail_text": mask(row.text_body) if is_open else "",
            "html_url": reverse("admin:notifications_outgoingmail_html", args=[row.pk]) if is_open else "",
        }

    @method_decorator([xframe_options_sameorigin, csp_override(MAIL_POLICY)])
    def html_part(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the HTML part as it was sent, links masked, under a policy that lets it do nothing."""
        mail = self.get_object(request, str(pk))
        if mail is None or not mail.html_body or not is_body_open_to(mail, reader(request)):
            raise Http404
        return HttpResponse(mask(mail.html_body))
