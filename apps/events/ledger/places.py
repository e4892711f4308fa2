"""Seats that came free and invitations taken back: each told once, and nothing else told so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery

from apps.events.ledger.mails import mails_about_events, mails_to_part
from apps.events.models import Event, Participation

_WITHDRAWAL = re.compile(r"withdrawn:\d{8}T\d{6}")


def differences(now: datetime) -> Iterator[str]:
    """Yield seats and withdrawals not told, and mails of these kinds that nothing stands behind. Four queries."""
    yield from _promotions_untold()
    yield from _seats_never_given()
    yield from _withdrawals_untold()
    yield from _withdrawals_that_were_none()


def _promotions_untold() -> Iterator[str]:
    """A seat given later than the answer came from the waiting list."""
    told = mails_to_part("event_seat").since(OuterRef("answer_since"))
    promoted = Participation.objects.live().attending().filter(answer_since__gt=F("answered_at"))
    for event, member in promoted.filter(~Exists(told)).values_list("event_id", "member_id").iterator():
        yield f"event {event}: member {member} got a seat from the waiting list and was not told"


def _seats_never_given() -> Iterator[str]:
    """Each number of the waiting list gives at most one seat, and none that was never drawn."""
    drawn = Event.objects.filter(pk=OuterRef("about_id")).values("queue_counter")
    seats = mails_about_events().filter(kind="event_seat").annotate(drawn=Subquery(drawn)).order_by("pk")
    given = set()
    for pk, event, occasion, last in seats.values_list("pk", "about_id", "occasion", "drawn").iterator():
        number = occasion.removeprefix("seat:")
        if (event, number) in given or not (number.isdecimal() and 0 < int(number) <= (last or 0)):
            yield f"mail {pk} (event_seat) tells of a seat that was not given"
        given.add((event, number))


def _withdrawals_untold() -> Iterator[str]:
    mails = mails_about_events().filter(kind="event_withdrawn")
    written = set(mails.values_list("about_id", "member_id", "occasion").iterator())
    withdrawn = Participation.objects.exclude(withdrawn_at=None)
    for event, member, moment in withdrawn.values_list("event_id", "member_id", "withdrawn_at").iterator():
        if (event, member, _occasion(moment)) not in written:
            yield f"event {event}: the invitation of member {member} was taken back and no mail was written"


def _withdrawals_that_were_none() -> Iterator[str]:
    """It tells of the last withdrawal, or of one before the person was invited again."""
    part = Participation.objects.filter(event=OuterRef("about_id"), member=OuterRef("member"))
    mails = mails_about_events().filter(Exists(part), kind="event_withdrawn")
    moments = {"withdrawn_at": Subquery(part.values("withdrawn_at")), "invited_at": Subquery(part.values("invited_at"))}
    for pk, occasion, *known in mails.annotate(**moments).values_list("pk", "occasion", *moments).iterator():
        if not _is_real(occasion, *known):
            yield f"mail {pk} (event_withdrawn) tells of an invitation that was not taken back then"


def _occasion(moment: Any) -> str:
    """Return the occasion of the mail about an invitation taken back at ``moment``."""
    return f"withdrawn:{moment:%Y%m%dT%H%M%S}"


def _is_real(occasion: str, withdrawn_at: datetime | None, invited_at: datetime) -> bool:
    """Occasions of one form compare as their moments do."""
    if not _WITHDRAWAL.fullmatch(occasion):
        return False
    last = _occasion(withdrawn_at) if withdrawn_at else ""
    return occasion == last or occasion <= _occasion(invited_at)
