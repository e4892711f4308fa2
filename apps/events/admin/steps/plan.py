"""Who gets which reminder, when, in which zone: read only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.adminsteps import RowStep
from apps.events.admin.people import members_of, named
from apps.events.admin.preview import event_sample
from apps.events.audiences import audience
from apps.events.models import Event, ReminderRule
from apps.notifications.models import Reminder


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder of the plan. ``zone`` is where its clock is read."""

    rule: ReminderRule
    due_at: datetime
    zone: tzinfo
    count: int
    state: str | Promise
    reason: str = ""


class RemindersStep(RowStep):
    slug = "reminders"
    perm = "events.see_answers_event"
    label = _("Preview of reminders")
    template_name = "admin/events/event/reminders.html"
    http_method_names = ["get", "head", "options"]

    @classmethod
    def fits(cls, row: Event) -> bool:
        return not row.is_cancelled

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rules = {rule.pk: rule for rule in self.row.reminder_rules.order_by("pk")}
        lines = _lines(self.row, rules)
        wanted = request.GET.get("rule", "")
        rule = rules.get(int(wanted)) if wanted.isascii() and wanted.isdigit() else None
        return self.page(
            str(self.label),
            self.row_url(self.row),
            lines=lines,
            picked=rule or (lines[0].rule if lines else None),
            **self._picture(rule or (lines[0].rule if lines else None), lines),
        )

    def _picture(self, rule: ReminderRule | None, lines: list[Line]) -> dict[str, Any]:
        """The mail of one rule as it would be read at its time, and its readers as they stand now."""
        if rule is None:
            return {}
        due_at = next((line.due_at for line in lines if line.rule == rule), self.row.starts_at)
        _ids, people = named(members_of(audience(self.row, rule.audience)))
        reminder = Reminder(rule=rule.key, kind=rule.kind, due_at=due_at)
        reminder.about = self.row
        sample = event_sample(rule.kind, self.row, self.actor, due_at, reminder=reminder)
        return {"sample": sample, "affected": people}


def _lines(event: Event, rules: dict[int, ReminderRule]) -> list[Line]:
    """Return the plan by time: the reminder rows of a scheduled event, what its rules would come to for a draft."""
    counts = {name: _by_zone(event, name) for name in {rule.audience for rule in rules.values()}}
    found = _drafted(event, rules.values()) if event.is_draft else _planned(event, rules)
    lines = [
        Line(rule, due_at, zone, _count(counts[rule.audience], rule, zone), state, reason)
        for rule, due_at, zone, state, reason in found
    ]
    return sorted(lines, key=lambda line: line.due_at)


def _planned(event: Event, rules: dict[int, ReminderRule]) -> Iterable[tuple[Any, ...]]:
    rows = Reminder.objects.filter(
        about_type=ContentType.objects.get_for_model(event), about_id=event.pk, anchor_at=event.starts_at
    )
    for row in rows.exclude(state=Reminder.State.CANCELLED):
        rule = rules.get(int(row.rule.rpartition(":")[2]))
        if rule is not None:
            zone = ZoneInfo(row.zone) if row.zone else event.time_zone
            yield rule, row.due_at, zone, row.get_state_display(), row.why


def _drafted(event: Event, rules: Iterable[ReminderRule]) -> Iterable[tuple[Any, ...]]:
    for rule in rules:
        rule.event = event
        yield rule, rule.due_at(event.time_zone), event.time_zone, _("once scheduled"), ""


def _by_zone(event: Event, name: str) -> dict[str, int]:
    """Return {zone: how many of the audience live there}. One query."""
    rows = audience(event, name).order_by().values_list("member__time_zone").annotate(Count("pk"))
    return {str(zone): count for zone, count in rows}


def _count(counts: dict[str, int], rule: ReminderRule, zone: tzinfo) -> int:
    return counts.get(str(zone), 0) if rule.is_per_reader else sum(counts.values())
