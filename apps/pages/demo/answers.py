"""Who was invited to a sample event and what they said, straight as rows: nobody is mailed about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from apps.events.models import Event, Participation
from apps.members.models import Member, Membership

Answer, Mode = Participation.Answer, Participation.Mode

_LETTERS = {
    "i": (Answer.YES, Mode.IN_PERSON),
    "o": (Answer.YES, Mode.ONLINE),
    "m": (Answer.MAYBE, Mode.NONE),
    "n": (Answer.NO, Mode.NONE),
    ".": (Answer.NONE, Mode.NONE),
    "w": (Answer.NONE, Mode.NONE),
}
_SOURCES = (Participation.Source.LINK, Participation.Source.LINK, Participation.Source.PORTAL)
_INVITED_BEFORE = timedelta(days=35)
_NEVER_LATER_THAN = timedelta(days=3)
# Every seventh of those who said yes did not come.
_MISSING = 7


def load_participations(event: Event, data: dict[str, Any], members: dict[str, Member], now: datetime) -> None:
    """Make the rows, then give seats and places on the waiting list in the order of the answers."""
    letters = _letters(event, data, members)
    invited_at = min(event.starts_at - _INVITED_BEFORE, now - _NEVER_LATER_THAN)
    by_hand = data.get("by_hand", {})
    rows = [
        _row(event, members[login], letter, invited_at, number)
        for number, (login, letter) in enumerate(letters.items(), start=1)
    ]
    for login, row in zip(letters, rows, strict=True):
        row.via_group_id = None if login in by_hand else event.group_id
        row.invited_by = members["coordinator"]
    _seat(event, rows)
    Participation.objects.bulk_create(rows)
    if event.state == Event.State.HELD:
        _note_who_came(event)


def _letters(event: Event, data: dict[str, Any], members: dict[str, Member]) -> dict[str, str]:
    """Return {login: letter} in the order of answering; the named ones, demo logins among them, answered last."""
    named = {**data.get("cast", {}), **data.get("by_hand", {})}
    if data.get("invited") != "group":
        return named
    present = set(
        Membership.objects.current()
        .filter(group=event.group_id, member__is_active=True)
        .values_list("member", flat=True)
    )
    invited = [login for login, member in members.items() if member.pk in present and login not in named]
    return {**dict(zip(invited, cycle(data["answers"]), strict=False)), **named}


def _row(event: Event, member: Member, letter: str, invited_at: datetime, number: int) -> Participation:
    answer, mode = _LETTERS[letter]
    answered_at = invited_at + timedelta(minutes=47 * number) if answer else None
    return Participation(
        event=event,
        member=member,
        invited_at=invited_at,
        withdrawn_at=invited_at + timedelta(days=1) if letter == "w" else None,
        answer=answer,
        mode=mode,
        answered_at=answered_at,
        answer_since=answered_at,
        interested_since=None if answer == Participation.Answer.NO else answered_at,
        source=_SOURCES[number % len(_SOURCES)] if answer else Participation.Source.NONE,
    )


def _seat(event: Event, rows: list[Participation]) -> None:
    """Give seats in the order of the answers, then numbers on the waiting list, as answering one by one would have."""
    limits = {Mode.IN_PERSON: event.capacity, Mode.ONLINE: event.online_capacity}
    taken = dict.fromkeys(limits, 0)
    for row in rows:
        if row.answer != Answer.YES:
            continue
        mode, limit = Mode(row.mode), limits[Mode(row.mode)]
        if limit is None or taken[mode] < limit:
            taken[mode] += 1
            row.has_seat = True
        else:
            event.queue_counter += 1
            row.queue_number = event.queue_counter
    event.seats_taken, event.online_taken = taken[Mode.IN_PERSON], taken[Mode.ONLINE]
    event.save(update_fields=["seats_taken", "online_taken", "queue_counter"])


def _note_who_came(event: Event) -> None:
    attending = list(event.participations.attending().order_by("pk").values_list("pk", flat=True))
    missing = attending[_MISSING - 1 :: _MISSING]
    event.participations.filter(pk__in=attending).update(attended=True)
    event.participations.filter(pk__in=missing).update(attended=False)
