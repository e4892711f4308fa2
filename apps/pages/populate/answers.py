"""Who is invited to a synthetic event and what they said, straight as rows: nobody is mailed about it.

The rows have no inviter, which is how the ledger knows invitations that no mail went out for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from apps.events.models import Event, Participation
from apps.notifications.models import Announcement, Notification
from apps.pages.populate.draws import draw_for, weighted
from apps.pages.populate.notices import cancellation_of, notice_of
from apps.pages.populate.pools import Pools

Answer, Mode = Participation.Answer, Participation.Mode

_ANSWERS = {Answer.YES: 45, Answer.MAYBE: 15, Answer.NO: 15, Answer.NONE: 25}
# Only so many events have people: more are there for lists to grow, and nobody is invited to ever more.
PEOPLED = 1000
_CAME = 0.85
_INVITED_BEFORE = timedelta(days=30)


def load_participations(numbers: Sequence[int], events: list[Event], pools: Pools, now: datetime) -> None:
    """Save the events with their counters of seats, then who is invited to each."""
    invited = [_rows(number, event, pools, now) for number, event in zip(numbers, events, strict=True)]
    Event.objects.bulk_create(events)
    Announcement.objects.bulk_create([cancellation_of(event) for event in events if event.is_cancelled])
    rows = [row for of_event in invited for row in of_event]
    for row in rows:
        row.event_id = row.event.pk
    Participation.objects.bulk_create(rows)
    logins = {member for group in pools.logins.values() for member in group}
    Notification.objects.bulk_create([notice_of(row, now) for row in rows if row.member_id in logins])


def size_of(number: int) -> int:
    """Return how many are invited: each hundredth event is a large one, each tenth a usual one, the others small."""
    if number > PEOPLED:
        return 1
    if number % 100 == 0:
        return 150
    return 15 if number % 10 == 0 else 1


def _rows(number: int, event: Event, pools: Pools, now: datetime) -> list[Participation]:
    """Return the unsaved rows of one event.

    Those one can sign in as are invited to the usual and the large ones.
    """
    if event.is_draft:
        return []
    draw = draw_for("participations", number)
    members = _some(draw, pools.crowd[event.group_id], size_of(number))
    if size_of(number) > 1:
        members += pools.logins[event.group_id]
    rows = [_row(draw, event, member, now) for member in members]
    _seat(event, rows)
    return rows


def _some(draw: Random, pool: list[int], size: int) -> list[int]:
    """A stretch of the pool from a drawn place, round its end: cheaper than drawing each."""
    start = draw.randrange(len(pool)) if pool else 0
    return (pool[start:] + pool[:start])[:size] if start + size > len(pool) else pool[start : start + size]


def _row(draw: Random, event: Event, member: int, now: datetime) -> Participation:
    answer = weighted(draw, _ANSWERS)
    invited_at = min(event.starts_at, now) - _INVITED_BEFORE
    answered_at = invited_at + timedelta(hours=draw.randint(1, 600)) if answer else None
    is_yes = answer == Answer.YES
    return Participation(
        event=event,
        member_id=member,
        via_group_id=event.group_id,
        invited_at=invited_at,
        answer=answer,
        mode=_mode(draw, event) if is_yes else Mode.NONE,
        answered_at=answered_at,
        answer_since=answered_at,
        interested_since=None if answer == Answer.NO else answered_at,
        source=Participation.Source.LINK if answer else Participation.Source.NONE,
        attended=draw.random() < _CAME if is_yes and event.state == Event.State.HELD else None,
    )


def _mode(draw: Random, event: Event) -> Participation.Mode:
    offered = [mode for mode in (Mode.IN_PERSON, Mode.ONLINE) if event.offers(mode)]
    return draw.choice(offered)


def _seat(event: Event, rows: list[Participation]) -> None:
    """Give seats in the order of the rows, then numbers on the waiting list, as answering one by one would have."""
    for row in rows:
        if row.mode == Mode.ONLINE:
            event.online_taken += 1
            row.has_seat = True
        elif row.mode == Mode.IN_PERSON and (event.capacity is None or event.seats_taken < event.capacity):
            event.seats_taken += 1
            row.has_seat = True
        elif row.mode == Mode.IN_PERSON:
            event.queue_counter += 1
            row.queue_number = event.queue_counter
            row.attended = None
