"""Whether the reminder rows of what lies ahead are those of the rules, each at its moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef

from apps.events.models import Event, Participation, ReminderRule
from apps.members.models import Membership
from apps.notifications.ledger import GRACE
from apps.notifications.models import Reminder

CHUNK = 500

type Key = tuple[str, datetime, str]
type Zones = dict[int, set[Any]]


def differences(now: datetime) -> Iterator[str]:
    """Yield reminders not planned, planned for another moment, or belonging to no rule. Four queries per 500 events."""
    ahead = Event.objects.scheduled().filter(starts_at__gt=now).order_by("pk")
    for events in batched(ahead.only("starts_at", "time_zone").iterator(chunk_size=CHUNK), CHUNK):
        yield from _of_chunk([*events], now)


def _of_chunk(events: list[Any], now: datetime) -> Iterator[str]:
    rules: defaultdict[int, list[ReminderRule]] = defaultdict(list)
    rows: defaultdict[int, dict[Key, Any]] = defaultdict(dict)
    for rule in ReminderRule.objects.filter(event__in=events):
        rules[rule.event_id].append(rule)
    for row in _rows(events):
        rows[row.about_id][row.rule, row.anchor_at, row.zone] = row
    zones = _zones(events, now)
    for event in events:
        wanted = dict(_wanted(event, rules[event.pk], zones))
        yield from _unplanned(event, wanted, rows[event.pk])
        yield from _misplanned(event, rules[event.pk], rows[event.pk])


def _rows(events: list[Any]) -> Iterator[Any]:
    of_events = Reminder.objects.filter(
        about_type=ContentType.objects.get_for_model(Event), about_id__in=[event.pk for event in events]
    )
    return of_events.iterator()


def _zones(events: list[Any], now: datetime) -> Zones:
    """Return the zones of each event's people who have been there, unchanged, longer than the worker may take."""
    before = now - GRACE
    readers = ReminderRule.objects.filter(event=OuterRef("event"), clock=ReminderRule.Clock.READER, minutes_before=None)
    fresh = Membership.objects.filter(group=OuterRef("via_group"), member=OuterRef("member"), updated_at__gt=before)
    settled = Participation.objects.live().filter(
        Exists(readers), ~Exists(fresh), event__in=events, updated_at__lte=before, member__updated_at__lte=before
    )
    zones = defaultdict(set)
    for event, zone in settled.values_list("event", "member__time_zone").distinct().order_by():
        zones[event].add(zone)
    return zones


def _wanted(event: Any, rules: list[ReminderRule], zones: Zones) -> Iterator[tuple[Key, datetime]]:
    for rule in rules:
        rule.event = event
        for zone in zones.get(event.pk, ()) if rule.is_per_reader else [event.time_zone]:
            yield (rule.key, event.starts_at, str(zone) if rule.is_per_reader else ""), rule.due_at(zone)


def _unplanned(event: Any, wanted: dict[Key, datetime], rows: dict[Key, Any]) -> Iterator[str]:
    for key, due_at in wanted.items():
        row = rows.get(key)
        if row is None or row.state == Reminder.State.CANCELLED:
            yield f"event {event.pk}: the reminder of {key[0]} is not planned"
        elif row.state == Reminder.State.SCHEDULED and (row.due_at, row.expires_at) != (due_at, event.starts_at):
            yield f"event {event.pk}: reminder {row.pk} is planned for the wrong moment"


def _misplanned(event: Any, rules: list[ReminderRule], rows: dict[Key, Any]) -> Iterator[str]:
    """A row for a zone in which nobody lives any more is harmless: it reaches nobody."""
    known = {rule.key: rule for rule in rules}
    for row in rows.values():
        if row.state != Reminder.State.SCHEDULED:
            continue
        rule = known.get(row.rule)
        if rule is None or row.anchor_at != event.starts_at or bool(row.zone) != rule.is_per_reader:
            yield f"event {event.pk}: reminder {row.pk} belongs to no rule or another start"
        elif (row.kind, row.includes_late_joiners) != (rule.kind, rule.includes_late_joiners):
            yield f"event {event.pk}: reminder {row.pk} says something else than its rule"
