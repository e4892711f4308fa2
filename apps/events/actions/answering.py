"""Answering an invitation, and noting who came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.events.actions.seats import exchange_seat, promote_waiting, release_seat, take_seat_or_queue
from apps.events.models import Event, Participation
from apps.members.models import Member

Answer = Participation.Answer
Mode = Participation.Mode


@transaction.atomic
def answer_event(
    *,
    actor: Member,
    event: Event,
    answer: str,
    mode: str = "",
    source: str = Participation.Source.PORTAL,
    now: datetime,
) -> Participation:
    """Record the actor's answer and take, give back or queue for a seat. The same answer twice changes nothing.

    ``mode`` is needed with yes: in_person or online. Refused when not invited, after the start, after a
    cancellation, for a mode the event does not offer, and when a seat would be lost for a full one of the other mode.
    Returns the fresh row.
    """
    event.lock()
    event = Event.objects.get(pk=event.pk)
    part = event.participations.live().filter(member=actor.pk).first()
    if part is None or not actor.has_perm("events.answer_event", event):
        raise Refused(_("You are not invited to this event."))
    _check(event, answer, mode, now)
    mode = mode if answer == Answer.YES else Mode.NONE
    if (part.answer, part.mode) == (answer, mode):
        return part
    return _record(event, part, answer, mode, source, now)


def _record(event: Event, part: Participation, answer: str, mode: str, source: str, now: datetime) -> Participation:
    fields: dict[str, Any] = {"answer": answer, "mode": mode, "source": source, "answered_at": now}
    if part.answer != answer:
        fields["answer_since"] = now
    part.save_answer(**_seat(event, part, answer, mode, now), **fields)
    promote_waiting(event, now)
    part.refresh_from_db()
    return part


def _seat(event: Event, part: Participation, answer: str, mode: str, now: datetime) -> dict[str, Any]:
    """Return the fields of the seat, and of the place in the audiences, that go with an answer."""
    if part.has_seat and answer == Answer.YES:
        return exchange_seat(event, part, mode)
    release_seat(event, part)
    if answer != Answer.YES:
        return {"interested_since": None if answer == Answer.NO else part.interested_since or now}
    part.mode = mode
    return take_seat_or_queue(event, part, now)


def _check(event: Event, answer: str, mode: str, now: datetime) -> None:
    if event.is_cancelled:
        raise Refused(_("This event was cancelled."))
    if not event.takes_answers(now):
        raise Refused(_("Answers were taken until the start of the event."))
    if answer not in (Answer.YES, Answer.MAYBE, Answer.NO):
        raise Refused(_("Choose one of the answers."))
    if answer == Answer.YES and not event.offers(mode):
        raise Refused(_("This event does not offer that way of taking part."))


def record_attendance(*, actor: Member, participation: Participation, attended: bool | None) -> Participation:
    """Note whether somebody came. Refused for those who may not see the answers."""
    if not actor.has_perm("events.see_answers_event", participation.event):
        raise Refused(_("Only coordinators note attendance."))
    participation.save_answer(attended=attended)
    return participation
