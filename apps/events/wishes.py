"""Whether a mail about an event is still wanted, asked just before it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_noop as noop

from apps.events.audiences import rule_of
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import Recipient

if TYPE_CHECKING:
    from apps.events.models import Event, Participation

State = OutgoingMail.State

# Kinds that only make sense to who has heard of the event.
_FOR_THE_TOLD = frozenset({"event_withdrawn", "event_changed", "event_cancelled"})
# A mail in one of these states may have been read.
_TOLD = [State.SENT, State.UNCLEAR, State.SENDING]
# Why nothing goes about an event that is not scheduled, by its state.
_NOT_ON = {
    "draft": noop("the event is draft"),
    "cancelled": noop("the event is cancelled"),
    "held": noop("the event is held"),
}


def reason_against(event: Event, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
    """Return "" when the mail may go now, else why not, in English. As fresh as ``event`` and ``recipient.member`` are.

    At most four queries, none after ``event.read_ahead``.
    """
    member = recipient.member
    if member is None or not member.is_active:
        return noop("not an active member")
    if mail.kind == "event_trial":
        return "" if member.has_perm("events.invite_event", event) else noop("not a coordinator any more")
    part = event.participation_of(recipient.member_id)
    if part is None:
        return noop("not invited")
    if mail.kind == "event_withdrawn":
        return _against_withdrawal(event, part, mail, now)
    if not member.has_perm("events.answer_event", event):
        return noop("not invited any more")
    return _CHECKS[mail.kind](event, part, mail, now)


def _against_withdrawal(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    if part.withdrawn_at is None:
        return noop("invited again")
    if now >= event.starts_at:
        return noop("the event has begun")
    return "" if part.answer or _told(event, mail) else noop("never told of the event")


def _against_open(event: Event, now: datetime) -> str:
    if not event.is_scheduled:
        return _NOT_ON[event.state]
    return "" if now < event.starts_at else noop("the event has begun")


def _against_over(event: Event, now: datetime) -> str:
    if not event.is_scheduled:
        return _NOT_ON[event.state]
    return "" if now < event.ends_at else noop("the event is over")


def _against_invitation(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    return _against_open(event, now) or (noop("answered no already") if part.answer == part.Answer.NO else "")


def _against_answer_request(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    return _against_open(event, now) or (noop("answered already") if part.answer else "")


def _against_reminder(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    reason = _against_open(event, now)
    if reason or mail.reminder is None:
        return reason or noop("its reminder is gone")
    return "" if _is_in_audience(event, part, mail) else noop("answered otherwise meanwhile")


def _is_in_audience(event: Event, part: Participation, mail: OutgoingMail) -> bool:
    rule = rule_of(event, mail.reminder)
    if rule is None:
        return False
    fits: dict[str, bool] = {
        rule.Audience.EVERYONE: part.answer != part.Answer.NO and not part.is_waiting,
        rule.Audience.ATTENDING: part.is_attending,
        rule.Audience.INTERESTED: part.is_attending or part.answer == part.Answer.MAYBE,
        rule.Audience.UNANSWERED: part.answer == part.Answer.NONE,
    }
    return fits[rule.audience]


def _against_change(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    """A new link or room is news until the end."""
    reason = _against_over(event, now)
    if reason:
        return reason
    if part.answer == part.Answer.NO:
        return noop("answered no")
    if mail.announcement is None or mail.announcement.detail["before"] == event.snapshot:
        return noop("changed back meanwhile")
    settled_at = datetime.fromisoformat(mail.announcement.detail["settled_at"])
    return _against_knowing(part, _told(event, mail), settled_at)


def _against_knowing(part: Participation, told: list[Telling], settled_at: datetime) -> str:
    """Who was invited after the change had settled knows it; who never heard of the event needs no notice."""
    if any(telling.is_invitation_since(settled_at) for telling in told):
        return noop("invited with the new details")
    return "" if part.answer or told else noop("never told of the event")


def _against_cancellation(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    if not event.is_cancelled:
        return noop("the event is not cancelled")
    if part.answer == part.Answer.NO:
        return noop("answered no")
    return "" if part.answer or _told(event, mail) else noop("never told of the event")


def _against_seat(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    return _against_open(event, now) or ("" if part.is_attending else noop("has no seat any more"))


def _against_message(event: Event, part: Participation, mail: OutgoingMail, now: datetime) -> str:
    return noop("the event is cancelled") if event.is_cancelled else ""


class Telling(NamedTuple):
    """A mail that a member may have read."""

    mail_id: int
    kind: str
    written_at: datetime | None

    def is_invitation_since(self, instant: datetime) -> bool:
        return self.kind == "event_invitation" and self.written_at is not None and self.written_at >= instant


def tellings(event: Event, mails: list[OutgoingMail]) -> dict[str, list[Telling]]:
    """Return what the recipients of these mails were told of the event so far, by recipient key.

    One query, and none where no mail depends on it.
    """
    keys = [mail.recipient_key for mail in mails if mail.kind in _FOR_THE_TOLD]
    found: dict[str, list[Telling]] = {key: [] for key in keys}
    if keys:
        told = OutgoingMail.objects.about(event).filter(recipient_key__in=keys, state__in=_TOLD)
        for key, *telling in told.values_list("recipient_key", "pk", "kind", "written_at"):
            found[key].append(Telling(*telling))
    return found


def _told(event: Event, mail: OutgoingMail) -> list[Telling]:
    """What the recipient of ``mail`` was told besides it."""
    known = event.known_tellings
    if mail.recipient_key not in known:
        known |= tellings(event, [mail])
    return [telling for telling in known[mail.recipient_key] if telling.mail_id != mail.pk]


type Check = Callable[[Event, Participation, OutgoingMail, datetime], str]

_CHECKS: dict[str, Check] = {
    "event_invitation": _against_invitation,
    "event_answer_request": _against_answer_request,
    "event_reminder": _against_reminder,
    "event_changed": _against_change,
    "event_cancelled": _against_cancellation,
    "event_seat": _against_seat,
    "event_message": _against_message,
}
