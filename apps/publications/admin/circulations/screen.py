"""The circulation's screen: its form while it is prepared, how it stands, and the acts that ask first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import reader
from apps.core.templatetags.portal import badges
from apps.notifications.abouts import mails_about
from apps.publications import actions
from apps.publications.actions.circulating import hold
from apps.publications.admin.circulations.counts import with_counts
from apps.publications.admin.circulations.steps import CIRCULATION_STEPS
from apps.publications.audience import meant
from apps.publications.deadline import time_left
from apps.publications.forms import CirculationForm
from apps.publications.models import Circulation
from apps.publications.participants import counts_of
from apps.publications.standing import day_of


@admin.register(Circulation)
class CirculationAdmin(PortalAdmin):
    """The list is the papers' desk: how each stands, how long it runs, who owes what."""

    form = CirculationForm
    steps = CIRCULATION_STEPS
    change_form_template = "admin/publications/circulation/change_form.html"
    list_display = ("paper", "standing", "until", "left", "asked", "owing")
    list_filter = ("state", "publication__group")
    search_fields = ("publication__title",)
    search_help_text = _("Search by the title of the paper.")
    ordering = ("-deadline_at", "-pk")
    autocomplete_fields = ("groups", "topics", "people", "reviewers")
    fieldsets = (
        (None, {"fields": ("stamp", "version")}),
        (_("Until when"), {"fields": (("deadline_on", "deadline_time"), "deadline_zone")}),
        (_("What you ask"), {"fields": ("instructions", "confidentiality")}),
        (_("Whom you ask"), {"fields": ("reviewers", "groups", "topics", "people")}),
        (_("What is seen"), {"fields": ("seen_by", "attribution")}),
    )

    @display(description=_("paper"), ordering="publication__title")
    def paper(self, circulation: Circulation) -> Any:
        sample = badges(is_sample=circulation.publication.is_sample)
        return format_html("{} · {} {}", circulation.publication.title, circulation.version.number, sample)

    @display(description=_("state"), ordering="state")
    def standing(self, circulation: Any) -> str:
        if circulation.state == circulation.State.CLOSED and circulation.told_at is None and circulation.answered_count:
            return str(_("closed, who answered is not told yet"))
        return circulation.get_state_display()

    @display(description=_("deadline"), ordering="deadline_at")
    def until(self, circulation: Circulation) -> str:
        return circulation.deadline.words()

    @display(description=_("left"))
    def left(self, circulation: Circulation) -> str:
        now = timezone.now()
        return time_left(circulation.deadline_at, now) if circulation.is_open and circulation.deadline_at > now else "–"

    @display(description=_("asked"))
    def asked(self, circulation: Any) -> Any:
        return format_html('<a href="{}">{}</a>', people_url(circulation), circulation.asked_count)

    @display(description=_("owe an answer"))
    def owing(self, circulation: Any) -> Any:
        words = {"owing": circulation.owing_count, "all": circulation.owed_count}
        return format_html(
            '<a href="{}">{}</a>', people_url(circulation, answer="owed"), _("%(owing)s of %(all)s") % words
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("publication", "version")
        return with_counts(rows.defer("version__text", "publication__abstract"), day_of(timezone.now()))

    def get_fieldsets(self, request: HttpRequest, obj: Circulation | None = None) -> Any:
        """Once opened, whom it asks is the list of those asked, and no choice any more."""
        if obj is None or obj.state == obj.State.PREPARED:
            return self.fieldsets
        return [self.fieldsets[1], self.fieldsets[2], self.fieldsets[4]]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Circulation | None:
        """Hold the row while a form is saved, so that nobody comes between comparing its stamp and saving it."""
        circulation = super().get_object(request, object_id, from_field)
        if circulation is not None and request.method == "POST":
            hold(circulation)
        return circulation

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Take no value from the address but the version: a deadline or an audience is chosen by hand."""
        version = request.GET.get("version", "")
        return {"version": version} if version.isascii() and version.isdigit() and len(version) < 19 else {}

    def has_change_permission(self, request: HttpRequest, obj: Circulation | None = None) -> bool:
        """Once opened it is only read: what changes then is a step that says who is affected."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state == obj.State.PREPARED)

    def view_on_site(self, obj: Circulation) -> str:
        return obj.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Circulation, form: Any, change: bool) -> None:
        actions.save_circulation(actor=reader(request), circulation=obj, now=timezone.now())
        for remark in form.remarks:
            messages.warning(request, remark)

    def response_add(
        self, request: HttpRequest, obj: Circulation, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Circulation) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, circulation: Circulation) -> HttpResponse:
        """Stay where it is opened, and say that nobody has been asked."""
        count = meant(circulation).count()
        said = ngettext(
            "Saved. %(count)d person is asked once you open it.",
            "Saved. %(count)d people are asked once you open it.",
            count,
        )
        messages.success(request, said % {"count": count})
        if "_addanother" in request.POST:
            return redirect("admin:publications_circulation_add")
        return redirect("admin:publications_circulation_change", circulation.pk)

    def row_context(self, request: HttpRequest, row: Circulation) -> dict[str, Any]:
        if row.state == row.State.PREPARED:
            return {"meant_count": meant(row).count()}
        counts = counts_of(row, day_of(timezone.now()))
        owing = _("%(owing)s of %(all)s") % {"owing": counts.owing, "all": counts.reviewers}
        return {
            "pulse": [
                (_("asked"), counts.asked, people_url(row)),
                (_("reviewers owe an answer"), owing, people_url(row, answer="owed")),
                (_("answered, readers among them"), counts.answered, people_url(row, answer="answered")),
            ],
            "mails": mails_about(row),
        }


def people_url(circulation: Circulation, **how: str) -> str:
    """Return the address of those asked in the circulation, narrowed down by ``how``."""
    query = urlencode({"circulation__id__exact": str(circulation.pk), **how})
    return f"{reverse('admin:publications_consultee_changelist')}?{query}"
