"""Participants: a list of its own, reached from the event and narrowed down by it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import reader
from apps.core.selects import UnsetSelect
from apps.events import actions
from apps.events.admin.filters import NOT_NOTED, AnsweredFilter, AttendedFilter, InvitedFilter
from apps.events.admin.participants import AbsentStep, AttendedStep, WithdrawStep
from apps.events.models import Event, Participation


@admin.register(Participation)
class ParticipationAdmin(PortalAdmin):
    steps = (AttendedStep, AbsentStep, WithdrawStep)
    change_list_template = "admin/events/participation/change_list.html"
    list_display = (
        "person",
        "standing",
        "organisation",
        "attended",
        "answered_at",
        "event",
    )
    list_editable = ("attended",)
    list_select_related = ("member__organisation", "event")
    list_filter = (AnsweredFilter, "mode", ("attended", AttendedFilter), InvitedFilter)
    search_fields = ("member__name", "member__email", "member__organisation__name")
    search_help_text = _("Search by name, address or organisation.")
    ordering = ("member__name", "pk")
    fields = (
        "event",
        "member",
        "via_group",
        "invited_at",
        "invited_by",
        "withdrawn_at",
        "answer",
        "mode",
        "has_seat",
        "queue_number",
        "answered_at",
        "source",
        "attended",
    )
    readonly_fields = tuple(name for name in fields if name != "attended")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "attended":
            kwargs["widget"] = UnsetSelect(NOT_NOTED)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def name_of(self, row: Participation) -> str:
        return str(row.member)

    @display(description=_("name"), ordering="member__name")
    def person(self, part: Participation) -> str:
        return str(part.member)

    @display(description=_("organisation"), ordering="member__organisation__name")
    def organisation(self, part: Participation) -> str:
        return str(part.member.organisation or "")

    @display(description=_("answer"), ordering="answer")
    def standing(self, part: Participation) -> str:
        """Answer, way of taking part and place in the queue in one column: a narrow screen has no room for three."""
        words = [part.get_answer_display(), part.get_mode_display() if part.mode else ""]
        waits = _("waits as number %(number)d") % {"number": part.queue_number} if part.is_waiting else ""
        return ", ".join(str(word) for word in (*words, waits) if word)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The event stands above the list where it is narrowed down to one."""
        is_of_one_event = "event__id__exact" in request.GET
        return self.list_display[:-1] if is_of_one_event else self.list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("member__organisation", "event", "via_group", "invited_by")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Name the event whose participants these are."""
        wanted = request.GET.get("event__id__exact", "")
        event = Event.objects.filter(pk=wanted).first() if wanted.isascii() and wanted.isdigit() else None
        named = {"title": _("Participants of “%(title)s”") % {"title": event.title}, "event": event} if event else {}
        return super().changelist_view(request, {**(extra_context or {}), **named})

    def save_model(self, request: HttpRequest, obj: Participation, form: Any, change: bool) -> None:
        """Write the attendance alone: an answer that came in meanwhile stays."""
        actions.record_attendance(actor=reader(request), participation=obj, attended=obj.attended)
