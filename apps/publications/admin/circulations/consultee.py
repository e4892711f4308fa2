"""The people asked in circulations: a list of its own, reached from the circulation and narrowed down by it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import ReadOnlyAdmin
from apps.core.zones import moment_text
from apps.publications.admin.circulations.people import MoreTimeStep, TakeOffStep
from apps.publications.models import Circulation, Consultee
from apps.publications.standing import day_of

# Asked for by the address they would tell on which day, and how, somebody answered.
_UNTOLD = ("answered_on", "has_no_comments", "updated_at")


class AnswerFilter(admin.SimpleListFilter):
    """As known today: an answer shows from the day after."""

    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("owed", _("owed, not given")), ("answered", _("answered")), ("none", _("not answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = day_of(timezone.now())
        rows: Any = queryset
        match self.value():
            case "owed":
                return rows.known_owing(today)
            case "answered":
                return rows.known_answered(today)
            case "none":
                return rows.filter(rows.silent_q(today))
        return queryset


class AskedFilter(admin.SimpleListFilter):
    """Only those asked now, unless the others are asked for."""

    title = _("asked")
    parameter_name = "asked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ended", _("taken off or left")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("asked now")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        live = Consultee.objects.live().values("pk")
        return queryset.exclude(pk__in=live) if self.value() == "ended" else queryset.filter(pk__in=live)


@admin.register(Consultee)
class ConsulteeAdmin(ReadOnlyAdmin):
    steps = (TakeOffStep, MoreTimeStep)
    list_display = ("person", "organisation", "asked_as", "answered", "until", "paper")
    list_filter = (AnswerFilter, "is_reviewer", AskedFilter)
    search_fields = ("member__name", "member__email", "member__organisation__name")
    search_help_text = _("Search by name, address or organisation.")
    ordering = ("-is_reviewer", "member__name", "pk")
    fields = ("paper", "person", "asked_as", "added_at", "answered", "until", "removed_at")
    readonly_fields = fields

    @display(description=_("name"), ordering="member__name")
    def person(self, consultee: Consultee) -> str:
        return str(consultee.member)

    @display(description=_("organisation"), ordering="member__organisation__name")
    def organisation(self, consultee: Consultee) -> str:
        return str(consultee.member.organisation or "")

    @display(description=_("asked as"), ordering="is_reviewer")
    def asked_as(self, consultee: Consultee) -> str:
        if consultee.is_reviewer:
            return str(_("reviewer, owes an answer"))
        thing = consultee.via_group or consultee.via_topic
        return str(_("reader, through %(thing)s") % {"thing": thing} if thing else _("reader, picked by hand"))

    @display(description=_("answered"), boolean=True)
    def answered(self, consultee: Consultee) -> bool:
        return consultee.is_known_answered(day_of(timezone.now()))

    @display(description=_("longer, until"), ordering="extended_until")
    def until(self, consultee: Consultee) -> str:
        longer = consultee.extended_until
        return moment_text(longer, timezone.get_current_timezone()) if longer else ""

    @display(description=_("paper"))
    def paper(self, consultee: Consultee) -> str:
        return str(consultee.circulation.publication)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        if lookup.split("__", maxsplit=1)[0] in _UNTOLD:
            return False
        return lookup == "circulation__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related("member__organisation", "circulation__publication", "via_group", "via_topic")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The paper stands above the list where it is narrowed down to one circulation."""
        is_of_one = "circulation__id__exact" in request.GET
        return self.list_display[:-1] if is_of_one else self.list_display

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Name the circulation whose people these are."""
        wanted = request.GET.get("circulation__id__exact", "")
        known = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
        found = Circulation.objects.filter(pk=wanted).select_related("publication").first() if known else None
        title = _("Who is asked on “%(title)s”")
        named = {"title": title % {"title": found.publication.title}} if found else {}
        return super().changelist_view(request, {**(extra_context or {}), **named})
