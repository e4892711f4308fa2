"""The ledger: every mail with what became of it, read only but for "send again"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.utils import flatten
from django.contrib.auth import get_user_model
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from apps.core.adminbase import ReadOnlyAdmin
from apps.core.adminsteps import reader
from apps.core.tokens import mask
from apps.notifications.abouts import keys_by_word, subject_of
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
    # Shows the field; ``get_search_results`` looks by itself.
    search_fields = ("address",)
    search_help_text = _("Search by address, name or Message-ID, or by words of the title it is about.")
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

    def get_search_results(self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str) -> Any:
        """Look for each word in who a mail is for and in the title of what it is about, by keys that have an index: of
        a hundred thousand mails no text is read. Only a word with an @ is sought in the addresses mails were sent to.
        """
        words = [_bare(word) for word in smart_split(self.first_words(request, search_term))]
        keys = keys_by_word(words, reader(request))
        for word in words:
            queryset = queryset.filter(_has_word(word, keys[word]))
        return queryset, False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Name the thing that all these mails are about."""
        thing = subject_of(request.GET.get("about_key", ""), reader(request))
        named = {"title": _("Mails about “%(thing)s”") % {"thing": thing}} if thing else {}
        return super().changelist_view(request, {**(extra_context or {}), **named})

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


def _bare(word: str) -> str:
    """Without the quotation marks around a phrase."""
    is_phrase = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
    return unescape_string_literal(word) if is_phrase else word


def _has_word(word: str, about_keys: Iterable[str]) -> models.Q:
    people = get_user_model()._default_manager.filter(models.Q(email__icontains=word) | models.Q(name__icontains=word))
    address = models.Q(address__icontains=word) | models.Q(sent_to__icontains=word)
    # A member's mail bears their address only once it was sent, and then it is mostly still theirs.
    addressed = address if "@" in word else models.Q(address, member=None)
    found = models.Q(member__in=people.values("pk")) | addressed | models.Q(about_key__in=about_keys)
    return found | models.Q(about_key=word) | models.Q(message_id=word) if "@" in word or ":" in word else found
