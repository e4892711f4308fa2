"""The event's screen: its form, how the answers stand, and the acts that ask first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core import panels
from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import reader
from apps.core.templatetags.portal import badges
from apps.core.zones import moment_text
from apps.events import actions
from apps.events.admin.answers import answer_counts
from apps.events.admin.forms import EventAdminForm, event_fields
from apps.events.admin.joiners import later_joiners
from apps.events.admin.rules import ReminderRuleInline
from apps.events.admin.steps import EVENT_STEPS
from apps.events.changes import said_of_saving
from apps.events.models import Event
from apps.notifications.abouts import mails_about


@admin.register(Event)
class EventAdmin(PortalAdmin):
    form = EventAdminForm
    steps = EVENT_STEPS
    inlines = (ReminderRuleInline,)
    change_form_template = "admin/events/event/change_form.html"
    list_display = ("title", "when", "group", "standing", "visibility")
    list_select_related = ("group",)
    list_filter = ("state", "kind", "group", "occasion")
    search_fields = ("title", "place", "lead")
    ordering = ("-starts_at", "-pk")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("group", "occasion", "topics")

    @display(description=_("start"), ordering="starts_at")
    def when(self, event: Event) -> str:
        """The time on the clock of its place, with its zone: the reader's own would be mistaken for it."""
        return moment_text(event.starts_at, event.time_zone)

    @display(description=_("state"), ordering="state")
    def standing(self, event: Event) -> SafeString:
        """The state, and the rule of the house: one column, as a narrow screen has no room for two."""
        return format_html("{} {}", event.get_state_display(), badges(is_chatham=event.is_chatham_house))

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        return event_fields()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Event | None = None) -> dict[str, Any]:
        """An address that was given out stays."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Event | None:
        """Hold the row while a form is saved, so that nobody comes between comparing its version and saving it."""
        event = super().get_object(request, object_id, from_field)
        if event is not None and request.method == "POST":
            event.lock()
            event.refresh_from_db()
        return event

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """A cancelled event is only read: a cancellation is final."""
        return super().has_change_permission(request, obj) and not (obj and obj.is_cancelled)

    def view_on_site(self, obj: Event) -> str:
        return obj.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        actions.save_event(actor=reader(request), event=obj, now=timezone.now())
        for remark in form.time_remarks:
            messages.warning(request, remark)
        if change and obj.is_chatham_house and "is_chatham_house" in form.changed_data:
            self._say_what_the_rule_changes(request, obj)

    def _say_what_the_rule_changes(self, request: HttpRequest, event: Event) -> None:
        """Panels of ``events:under_rule`` are sentences, of what lies above: an event knows none of it."""
        for template, context in panels.collect("events:under_rule", event, reader(request), timezone.now()):
            messages.warning(request, render_to_string(template, context).strip())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """After the rules are saved, make the reminder rows follow them."""
        super().save_related(request, form, formsets, change)
        event = form.instance
        if not change and not event.reminder_rules.exists():
            actions.add_default_rules(event)
        actions.plan_reminders(event)

    def response_change(self, request: HttpRequest, obj: Event) -> HttpResponse:
        """Say that a mail about the change follows: nothing else on the screen does."""
        response = super().response_change(request, obj)
        if said := said_of_saving(obj, timezone.now()):
            messages.warning(request, said)
        return response

    def delete_model(self, request: HttpRequest, obj: Event) -> None:
        actions.delete_draft(actor=reader(request), event=obj)

    def row_context(self, request: HttpRequest, row: Event) -> dict[str, Any]:
        joiners = later_joiners(row) if row.is_scheduled else []
        return {"answers": answer_counts(row, timezone.now()), "joiners": joiners, "mails": mails_about(row)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("group")
