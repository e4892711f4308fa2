"""From an event's rules to its reminder rows."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from apps.events.models import Event, ReminderRule
from apps.notifications import reminders
from apps.notifications.reminders import Planned

Audience = ReminderRule.Audience
_DAY = 24 * 60
DEFAULT_RULES = (
    (Audience.INTERESTED, 7 * _DAY),
    (Audience.INTERESTED, _DAY),
    (Audience.ATTENDING, 60),
    (Audience.UNANSWERED, 10 * _DAY),
    (Audience.UNANSWERED, 3 * _DAY),
)


def planned_reminders(event: Event) -> list[Planned]:
    """Return what the event's rules come to now: one entry per rule, or per rule and reader's zone.

    Nothing unless scheduled.
    """
    if not event.is_scheduled:
        return []
    return [entry for rule in event.reminder_rules.all() for entry in _planned(rule, event)]


def plan_reminders(event: Event) -> None:
    """Make the event's reminder rows equal to its rules and its present start."""
    reminders.plan(event, planned_reminders(event))


def add_default_rules(event: Event) -> None:
    """Give a new event the usual reminders: 7 days, 1 day and 1 hour before; 10 and 3 days to those who owe an
    answer.
    """
    ReminderRule.objects.bulk_create(
        ReminderRule(event=event, audience=audience, minutes_before=minutes) for audience, minutes in DEFAULT_RULES
    )


def _planned(rule: ReminderRule, event: Event) -> list[Planned]:
    rule.event = event
    zones = _reader_zones(event) if rule.is_per_reader else [event.time_zone]
    return [
        Planned(
            rule=rule.key,
            kind=rule.kind,
            anchor_at=event.starts_at,
            due_at=rule.due_at(zone),
            expires_at=event.starts_at,
            zone=str(zone) if rule.is_per_reader else "",
            includes_late_joiners=rule.includes_late_joiners,
        )
        for zone in zones
    ]


def _reader_zones(event: Event) -> list[ZoneInfo]:
    zones = event.participations.live().values_list("member__time_zone", flat=True)
    return sorted(set(zones.order_by()), key=str)
