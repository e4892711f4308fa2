"""The sample events, relative to the moment of loading: held, scheduled, a draft, a cancelled one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.zones import resolve_wall_time
from apps.events.actions import (
    add_default_rules,
    cancel_event,
    invite_members,
    plan_reminders,
    save_event,
    schedule_event,
)
from apps.events.models import Event, Occasion, ReminderRule
from apps.members.models import Group, Member, Topic
from apps.pages.demo.answers import load_participations
from apps.pages.demo.source import table
from apps.pages.demo.told import note_invitations, settle_as_told

_SAME_NAME = ("slug", "title", "lead", "kind", "visibility", "format")
_OPTIONAL = ("place", "agenda", "capacity", "online_capacity", "is_chatham_house", "participants_hidden")
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)

Audience = ReminderRule.Audience


def load_events(members: dict[str, Member], now: datetime) -> None:
    """Make occasions and events with their rules, answers and plans of reminders.

    Mails leave at once only for ``invite_now``; the first event's reminder is due within a minute.
    """
    occasions = _load_occasions(now)
    for data in table("events")["event"]:
        event = _new_event(data, occasions, now)
        save_event(actor=members["coordinator"], event=event, now=now)
        event.topics.set(Topic.objects.filter(slug__in=data.get("topics", [])))
        if not data.get("is_draft"):
            _bring_to_life(event, data, members, now)


def _load_occasions(now: datetime) -> dict[str, Occasion]:
    return {key: _occasion(**row, now=now) for key, row in table("occasions").items()}


def _occasion(*, first: int, last: int, name: str, now: datetime, **fields: str) -> Occasion:
    starts_on, ends_on = ((now + timedelta(days=day)).date() for day in (first, last))
    name = name.format(month=f"{starts_on:%B %Y}")
    return Occasion.objects.create(name=name, starts_on=starts_on, ends_on=ends_on, **fields)


def _new_event(data: dict[str, Any], occasions: dict[str, Occasion], now: datetime) -> Event:
    """Return the unsaved event; a past one is held already, for an action could not bring it there."""
    starts_at = _start(data, now)
    return Event(
        **{name: data[name] for name in _SAME_NAME},
        **{name: data[name] for name in _OPTIONAL if name in data},
        group=Group.objects.get(slug=data["group"]),
        occasion=occasions.get(data.get("occasion", "")),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=data["minutes"]),
        time_zone=ZoneInfo(data["zone"]),
        online_link=data.get("link", ""),
        public_summary=data.get("summary", ""),
        state=Event.State.HELD if starts_at < now else Event.State.DRAFT,
        is_sample=True,
    )


def _start(data: dict[str, Any], now: datetime) -> datetime:
    """The wall-clock time on the day; without a day, an hour after the next full minute: its reminder is due then."""
    if "day" not in data:
        return now.replace(second=0, microsecond=0) + _MINUTE + _HOUR
    zone = ZoneInfo(data["zone"])
    day = now.astimezone(zone).date() + timedelta(days=data["day"])
    return resolve_wall_time(datetime.combine(day, time.fromisoformat(data["at"])), zone)[0]


def _bring_to_life(event: Event, data: dict[str, Any], members: dict[str, Member], now: datetime) -> None:
    """Schedule it unless held, fill it with people, write down what they know, and mail those invited now."""
    actor = members["coordinator"]
    if event.state == Event.State.DRAFT:
        _add_rules(event, data.get("rules", ""), now)
        schedule_event(actor=actor, event=event, now=now)
    load_participations(event, data, members, now)
    note_invitations(event)
    settle_as_told(event, now)
    if "cancelled" in data:
        cancel_event(actor=actor, event=event, reason=data["cancelled"], now=now)
        settle_as_told(event, now)
        event.refresh_from_db()
    plan_reminders(event)  # Once more: readers' zones are known only now.
    if "invite_now" in data:
        _invite_now(event, data, members, now)


def _add_rules(event: Event, name: str, now: datetime) -> None:
    """Give the usual reminders as far as they lie ahead: nothing due before the demo was loaded is sent late."""
    if name == "hour":
        ReminderRule.objects.create(event=event, audience=Audience.ATTENDING, minutes_before=60)
        return
    add_default_rules(event)
    for rule in event.reminder_rules.all():
        if rule.due_at(event.time_zone) <= now:
            rule.delete()
    if name == "morning":
        ReminderRule.objects.create(
            event=event,
            audience=Audience.EVERYONE,
            days_before=2,
            at_time=time(9),
            clock=ReminderRule.Clock.READER,
            wording="Please bring a letter of authorisation you have worked with, names blacked out.",
        )


def _invite_now(event: Event, data: dict[str, Any], members: dict[str, Member], now: datetime) -> None:
    invite_members(
        actor=members["coordinator"],
        event=event,
        member_ids=[members[login].pk for login in data["invite_now"]],
        once="demo",
        paragraph=data["paragraph"],
        now=now,
    )
