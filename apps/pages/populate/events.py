"""Synthetic events of every kind and state, half of them past, with occasions, topics and who is invited."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from apps.events.models import Event, Occasion
from apps.members.models import Group, Topic
from apps.members.permissions import Visibility
from apps.pages.populate.answers import load_participations
from apps.pages.populate.draws import MARK, draw_for, missing_numbers, weighted
from apps.pages.populate.pools import Pools

SLUG_PREFIX = f"{MARK}-event-"
BATCH = 1000
OCCASIONS = 20

_YEARS = timedelta(days=3 * 365)
_PLACES = {
    "Bonn": "Europe/Berlin",
    "Nairobi": "Africa/Nairobi",
    "Apia": "Pacific/Apia",
    "Panama City": "America/Panama",
    "New Delhi": "Asia/Kolkata",
    "Belém": "America/Belem",
    "Singapore": "Asia/Singapore",
    "Geneva": "Europe/Zurich",
}
_SUBJECTS = (
    "Authorisation",
    "Registries",
    "Removals",
    "Baselines",
    "Reporting",
    "Crediting above the project",
    "Additionality",
)
_FORMATS = {Event.Format.BOTH: 5, Event.Format.ONLINE: 3, Event.Format.IN_PERSON: 2}
_STATES = {Event.State.SCHEDULED: 88, Event.State.CANCELLED: 7, Event.State.DRAFT: 5}
_VISIBILITIES = {Visibility.PUBLIC: 30, Visibility.MEMBERS: 35, Visibility.GROUP: 30, Visibility.COORDINATORS: 5}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, f"{MARK}.example.org")
_AGENDA = """
1. Where we stand, and what has changed since the last meeting
2. **{subject}**: two cases from practice, ten minutes each
3. What has to be decided, by whom and by when

Made for benchmarks; nobody meets.
"""


def load_events(wanted: int, now: datetime) -> int:
    """Make the synthetic events up to number ``wanted`` that are missing; return how many were made."""
    numbers = missing_numbers(wanted, Event.objects.filter(slug__startswith=SLUG_PREFIX).count())
    if not numbers:
        return 0
    occasions, groups = _occasions(now), _groups()
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    pools = Pools()
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        events = [_event(number, groups, occasions, now) for number in batch]
        load_participations(batch, events, pools, now)
        _load_topics(batch, events, topics)
    return len(numbers)


def _occasions(now: datetime) -> list[int]:
    for number in range(1, OCCASIONS + 1):
        first = (now + _YEARS * (2 * number / OCCASIONS - 1)).date()
        fields = {
            "kind": draw_for("occasion", number).choice(Occasion.Kind.values),
            "place": list(_PLACES)[number % len(_PLACES)],
            "starts_on": first,
            "ends_on": first + timedelta(days=5),
        }
        Occasion.objects.get_or_create(name=f"Synthetic occasion {number}", defaults=fields)
    named = Occasion.objects.filter(name__startswith="Synthetic occasion ")
    return list(named.order_by("pk").values_list("pk", flat=True))


def _groups() -> dict[int, int]:
    """Return {group: weight}: the working group, which stands first, holds half of the events."""
    first, *others = Group.objects.order_by("pk").values_list("pk", flat=True)
    return {first: len(others), **dict.fromkeys(others, 1)}


def _event(number: int, groups: dict[int, int], occasions: list[int], now: datetime) -> Event:
    """Return the unsaved event. Half lie in the past three years, half in the next; past ones were held."""
    draw = draw_for("event", number)
    subject = draw.choice(_SUBJECTS)
    starts_at = _start(draw, now)
    slug = f"{SLUG_PREFIX}{number:06}"
    event = Event(
        slug=slug,
        uid=uuid.uuid5(_NAMESPACE, slug),
        title=f"{subject}, session {number} ({MARK})",
        lead=f"What there is to know about {subject.lower()} before the next session.",
        kind=draw.choice(Event.Kind.values),
        group_id=weighted(draw, groups),
        visibility=weighted(draw, _VISIBILITIES),
        occasion_id=draw.choice([None, None, *occasions]),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draw.choice((60, 90, 120, 240))),
        agenda=_AGENDA.format(subject=subject),
        is_chatham_house=draw.random() < 0.2,
        capacity=draw.choice((None, None, 3, 20)),
        state=weighted(draw, _STATES),
        is_sample=True,
    )
    return _placed(event, draw, now)


def _start(draw: Random, now: datetime) -> datetime:
    """A full hour within three years of today, so that a run on the same day makes the same."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=draw.randint(1, _YEARS.days) * draw.choice((1, -1)), hours=draw.randint(6, 18))


def _placed(event: Event, draw: Random, now: datetime) -> Event:
    """Give the event a place and a link as its format wants them, and what follows from its state."""
    place = draw.choice(list(_PLACES))
    event.time_zone = ZoneInfo(_PLACES[place])
    event.format = weighted(draw, _FORMATS)
    if event.offers_in_person:
        event.place = place
    if event.offers_online:
        event.online_link = f"https://meet.example.org/{event.slug}"
    if event.is_cancelled:
        event.cancel_reason = "Cancelled for the sake of variety."
    if event.is_scheduled and event.ends_at <= now:
        event.state = Event.State.HELD
    return event


def _load_topics(numbers: Sequence[int], events: list[Event], topics: list[int]) -> None:
    subject = Event.topics.through
    subject.objects.bulk_create(
        [
            subject(event_id=event.pk, topic_id=topic)
            for number, event in zip(numbers, events, strict=True)
            for topic in draw_for("topics", number).sample(topics, k=1 + number % 2)
        ]
    )
