"""Seats, exact under parallel answers, and the waiting list in its order.

Every function runs in a transaction that holds the event's row (``Event.lock``), so counters and rows change
together; the conditional UPDATE on the counter and the database's constraints would hold even without.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.events.models import Event, Participation
from apps.notifications import outbox
from apps.notifications.recipients import recipient_of

Mode = Participation.Mode

_KEPT = {
    Mode.ONLINE: _(
        "All places online are taken, so you keep your seat in person. To wait for a place online, give your seat back "
        "first: answer no, then yes, online."
    ),
    Mode.IN_PERSON: _(
        "All seats in person are taken, so you keep your place online. To wait for a seat in person, give your place "
        "back first: answer no, then yes, in person."
    ),
}


def take_seat_or_queue(event: Event, part: Participation, now: datetime) -> dict[str, Any]:
    """Return the fields of a yes: a seat where one is free and nobody waits for it, else the next queue number.

    Who waits is in no audience: reminded as one who joined when the seat comes.
    """
    if _take_seat(event, part.mode):
        return {"has_seat": True, "queue_number": None, "interested_since": part.interested_since or now}
    Event.objects.filter(pk=event.pk).update(queue_counter=F("queue_counter") + 1)
    number = Event.objects.values_list("queue_counter", flat=True).get(pk=event.pk)
    return {"has_seat": False, "queue_number": number, "interested_since": None}


def exchange_seat(event: Event, part: Participation, mode: str) -> dict[str, Any]:
    """Return the fields of a yes in another way, for who has a seat. Refused, the seat kept, where the other is full:
    the waiting list is for those without one.
    """
    if not _take_seat(event, mode):
        raise Refused(_KEPT[Mode(mode)])
    event.give_back_seat(part.mode)
    return {"has_seat": True, "queue_number": None}


def release_seat(event: Event, part: Participation) -> None:
    """Give back the seat the row holds, in the counter and in the row."""
    if part.has_seat:
        event.give_back_seat(part.mode)
    if part.has_seat or part.is_waiting:
        part.save_answer(has_seat=False, queue_number=None)


def promote_waiting(event: Event, now: datetime) -> list[Participation]:
    """Give free seats to those who wait, in order, and tell them. Returns the promoted.

    Nobody gets one of an event that was cancelled or has begun.
    """
    promoted: list[Participation] = []
    if not event.takes_answers(now):
        return promoted
    for mode in (Mode.IN_PERSON, Mode.ONLINE):
        for part in event.participations.live().waiting().filter(mode=mode).select_related("member"):
            if not event.take_seat(mode):
                break
            number = part.queue_number
            part.save_answer(has_seat=True, queue_number=None, answer_since=now, interested_since=now)
            outbox.notify(
                "event_seat", event, [recipient_of(part.member)], f"seat:{number}", expires_at=event.starts_at
            )
            promoted.append(part)
    return promoted


def settle_seats(event: Event, now: datetime) -> None:
    """Bring seats in line with who takes part now: those who lost access give theirs back, those back queue again."""
    event.lock()
    live = event.participations.live()
    holding = event.participations.filter(Q(has_seat=True) | ~Q(queue_number=None))
    for part in holding.exclude(pk__in=live.values("pk")):
        release_seat(event, part)
    for mode, other in ((Mode.IN_PERSON, Mode.ONLINE), (Mode.ONLINE, Mode.IN_PERSON)):
        if not event.offers(mode):
            _switch(event, mode, other)
    for part in live.filter(answer="yes", has_seat=False, queue_number=None).order_by("answer_since", "pk"):
        part.save_answer(**take_seat_or_queue(event, part, now))
    promote_waiting(event, now)


def _take_seat(event: Event, mode: str) -> bool:
    """Take a seat of this kind if one is free and nobody waits for it."""
    someone_waits = event.participations.waiting().filter(mode=mode).exists()
    return not someone_waits and event.take_seat(mode)


def _switch(event: Event, mode: Mode, other: Mode) -> None:
    """Carry every yes over to the one way of taking part that is left; the change notice says so and how to
    answer anew.
    """
    for part in event.participations.filter(answer="yes", mode=mode):
        release_seat(event, part)
        part.save_answer(mode=other)
