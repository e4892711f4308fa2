"""How many people the reminders of events would reach now, for the desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.events.audiences import narrowed
from apps.events.models import Participation, ReminderRule
from apps.notifications.admin import due

PREFIX = "events.reminderrule:"


def reaches(rules: Iterable[str]) -> dict[str, due.Reach]:
    """Return what these rules reach, by their keys; a deleted one is missing. One query."""
    ids = [int(rule.removeprefix(PREFIX)) for rule in rules]
    audiences = [When(audience=name, then=Subquery(_size_of(name))) for name in ReminderRule.Audience.values]
    counted = Coalesce(Case(*audiences, output_field=IntegerField()), 0)
    found = ReminderRule.objects.filter(pk__in=ids).select_related("event").annotate(reached=counted)
    return {
        rule.key: due.Reach(rule.event.title, _url(rule), rule.reached, rule.event.is_chatham_house) for rule in found
    }


def _size_of(name: str) -> QuerySet[Any, Any]:
    of_event = narrowed(Participation.objects.live().filter(event=OuterRef("event")), name)
    return of_event.order_by().values("event").annotate(size=Count("pk")).values("size")


def _url(rule: ReminderRule) -> str:
    return f"{reverse('admin:events_event_reminders', args=[rule.event_id])}?rule={rule.pk}"


due.register(PREFIX, reaches)
