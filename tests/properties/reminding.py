"""The plain model, part of the reminders: when each is due, whom it reaches, when it is too late.

Written from the design ("The heart" 3), not from the code.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(eq=False)
class Rule:
    """So many minutes before the start, or a time of day some days before, on the event's or the reader's clock."""

    audience: str
    minutes: int | None = None
    days: int | None = None
    at: time | None = None
    is_readers: bool = False
    is_late: bool = False

    @property
    def kind(self):
        return "event_answer_request" if self.audience == "unanswered" else "event_reminder"

    def due_at(self, start, zone):
        if self.minutes is not None:
            return start - timedelta(minutes=self.minutes)
        day = start.astimezone(ZoneInfo(zone)).date() - timedelta(days=self.days)
        return datetime.combine(day, self.at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(eq=False)
class Slot:
    """One rule's moment for one planned start, and on the reader's clock for one zone."""

    rule: Rule
    start: datetime
    zone: str
    due_at: datetime
    state: str = "scheduled"

    @property
    def is_open(self):
        return self.state != "cancelled"


class Calendar:
    """The moments at which the rules remind of the event."""

    def __init__(self, world: Any):
        self.world = world
        self.rules = []
        self.slots = {}

    def plan(self):
        """Make the open moments those of the rules and the start as they are now; what went out stays so."""
        wanted = dict(self._wanted())
        for key, due_at in wanted.items():
            slot = self.slots.setdefault(key, Slot(*key, due_at))
            if slot.state == "sent" and any(mail.is_outdated for mail in self.world.post.of(slot)):
                slot.state = "cancelled"
            if slot.state in ("cancelled", "scheduled"):
                slot.state, slot.due_at = "scheduled", due_at
        for key, slot in self.slots.items():
            if key not in wanted and slot.state != "missed":
                self._unplan(slot)

    def _unplan(self, slot):
        if slot.state == "scheduled":
            slot.state = "cancelled"
        self.world.post.take_back(self.world.post.of(slot), is_outdated=True)

    def _wanted(self):
        if self.world.state != "scheduled":
            return
        for rule in self.rules:
            for zone in sorted(self.world.zones()) if rule.is_readers else [""]:
                yield (rule, self.world.start, zone), rule.due_at(self.world.start, zone or self.world.zone)

    def has_gone_out(self, rule):
        """Whether people were reminded by this rule of the present start: then its time stays."""
        mine = [slot for slot in self.slots.values() if slot.rule is rule and slot.start == self.world.start]
        return any(slot.state == "sent" for slot in mine)

    def lacks_a_zone(self):
        """Whether somebody lives in a zone for which nothing is planned."""
        planned = {slot.zone for slot in self.slots.values() if slot.start == self.world.start and slot.is_open}
        return any(rule.is_readers for rule in self.rules) and not self.world.zones() <= planned

    def send_out(self, now):
        """What is due, the latest first, then who joined late where the rule says so."""
        latest_first = sorted(self.slots.values(), key=lambda slot: slot.due_at, reverse=True)
        for slot in [slot for slot in latest_first if slot.state == "scheduled" and slot.due_at <= now]:
            self._send_out(slot, now)
        for slot in latest_first:
            if slot.state == "sent" and slot.rule.is_late and now < slot.start:
                self._send_out(slot, now)

    def _send_out(self, slot, now):
        if not self.world.is_planned_for(slot.start):
            slot.state = "cancelled"
        elif now >= slot.start:
            slot.state = "missed"
        elif self.world.settles_at is None:
            for part in self._audience(slot, now):
                self._remind(slot, part.person)
            slot.state = "sent"

    def _audience(self, slot, now):
        if slot.rule not in self.rules:
            return []
        live = [part for part in self.world.parts.values() if self.world.is_live(part)]
        return [part for part in live if is_in(slot.rule.audience, part) and self._is_in_time(slot, part, now)]

    def _is_in_time(self, slot, part, now):
        return any(_is_in_time(slot, part, due_at) for due_at in self._moments(slot, part.person.zone, now))

    def _moments(self, slot, zone, now):
        if not slot.rule.is_readers:
            return [slot.due_at]
        same = [other for other in self.slots.values() if (other.rule, other.start) == (slot.rule, slot.start)]
        return [other.due_at for other in same if other.zone == zone and other.due_at <= now]

    def _remind(self, slot, person):
        post = self.world.post
        others = [
            mail
            for mail in post.to(person)
            if mail.slot and mail.slot.start == slot.start and mail.slot.rule is not slot.rule
        ]
        is_overtaken = any(mail.slot.due_at > slot.due_at and mail.state != "cancelled" for mail in others)
        label = (slot.rule, slot.start)
        post.say(slot.rule.kind, person, label, expires_at=slot.start, slot=slot)
        mine = [mail for mail in post.to(person) if mail.slot and (mail.slot.rule, mail.slot.start) == label]
        overtaken = mine if is_overtaken else [mail for mail in others if mail.slot.due_at < slot.due_at]
        for mail in overtaken:
            if mail.state == "queued":
                mail.state = "missed"


def is_in(audience, part):
    """Whether the person belongs to the audience by their present answer."""
    attends = part.answer == "yes" and part.is_seated
    return {
        "everyone": part.answer != "no" and part.number is None,
        "attending": attends,
        "interested": attends or part.answer == "maybe",
        "unanswered": part.answer == "",
    }[audience]


def _is_in_time(slot, part, due_at):
    since = {"attending": part.since, "interested": part.interested_since}.get(slot.rule.audience, part.invited_at)
    if since is None:
        return False
    if slot.rule.is_late:
        return since > due_at if slot.state == "sent" else True
    return since <= due_at
