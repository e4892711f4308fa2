"""Every kind of mail with made-up words: the list of kinds, and each as its reader would see it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from apps.core.adminsteps import reader
from apps.core.zones import zone_city
from apps.notifications.admin.frame import MAIL_POLICY
from apps.notifications.kinds import KINDS
from apps.notifications.samples import Letter, kinds_with_sample, sample_letter

# On both sides of the event's own, near and far, and one that is a quarter of an hour off.
_ZONES = ("Europe/Berlin", "UTC", "America/Bogota", "Asia/Kathmandu", "Pacific/Apia")
_FIRST = {"language": settings.LANGUAGES[0][0], "zone": _ZONES[0]}
_ZONE_CHOICES = [(zone, zone_city(ZoneInfo(zone))) for zone in _ZONES]


class ReaderForm(forms.Form):
    """For which language and zone the sample is written."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=lambda: settings.LANGUAGES)
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=[(zone, zone_city(ZoneInfo(zone))) for zone in _ZONES]
    )

    @classmethod
    def asked_in(cls, request: HttpRequest) -> ReaderForm:
        """Return the form as the address fills it; what it does not name is the first of its list."""
        return cls(_FIRST | request.GET.dict())

    @property
    def picked(self) -> dict[str, str]:
        """What was chosen; the first of its list for what is no choice."""
        return _FIRST | (self.cleaned_data if self.is_valid() else {})


class SampleScreens:
    """Part of the ledger's screens: whoever may see the ledger may see what its mails look like."""

    admin_site: AdminSite
    opts: Any

    def sample_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("kinds/", view(self.kinds), name="notifications_outgoingmail_kinds"),
            path("kinds/<slug:slug>/", view(self.kind), name="notifications_outgoingmail_kind"),
            path("kinds/<slug:slug>/html/", view(self.kind_html), name="notifications_outgoingmail_kind-html"),
        ]

    def kinds(self, request: HttpRequest) -> HttpResponse:
        """Return the list of all kinds with subject and size."""
        _must_see_the_ledger(request)
        form = ReaderForm.asked_in(request)
        lines = [(kind, _letter(kind.slug, form)) for kind in kinds_with_sample()]
        return self._page(request, "kinds", _("Every kind of mail"), lines=lines)

    def kind(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Return one kind, text and HTML beside each other."""
        _must_see_the_ledger(request)
        form = ReaderForm.asked_in(request)
        letter = _letter(slug, form)
        shown = reverse("admin:notifications_outgoingmail_kind-html", args=[slug], query=form.picked)
        return self._page(
            request,
            "kind",
            KINDS[slug].label,
            form=form,
            kind=KINDS[slug],
            letter=letter,
            picked=form.picked,
            html_url=shown,
        )

    @method_decorator([xframe_options_sameorigin, csp_override(MAIL_POLICY)])
    def kind_html(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Return the HTML part alone, under a policy that lets it do nothing."""
        _must_see_the_ledger(request)
        return HttpResponse(_letter(slug, ReaderForm.asked_in(request)).html)

    def _page(self, request: HttpRequest, name: str, title: Any, **context: Any) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/notifications/outgoingmail/{name}.html", whole)


def _must_see_the_ledger(request: HttpRequest) -> None:
    if not reader(request).has_perm("notifications.view_outgoingmail"):
        raise PermissionDenied


def _letter(slug: str, form: ReaderForm) -> Letter:
    """Return the sample; 404 for a kind that has none."""
    picked = form.picked
    try:
        return sample_letter(slug, language=picked["language"], zone=ZoneInfo(picked["zone"]), now=timezone.now())
    except KeyError as unknown:
        raise Http404 from unknown
