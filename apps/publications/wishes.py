"""Whether a mail about a circulation is still wanted, asked just before it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_noop as noop

from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import ForNow

if TYPE_CHECKING:
    from apps.publications.models import Circulation, Consultee

State = OutgoingMail.State

# Kinds that only make sense to who has heard of the circulation.
_FOR_THE_TOLD = frozenset({"circulation_changed", "circulation_cancelled"})
# A mail in one of these states may have been read.
_TOLD = [State.SENT, State.UNCLEAR, State.SENDING]
# Why nothing goes about a circulation that is not open, by its state.
_NOT_OPEN = {
    "prepared": noop("the circulation is not open yet"),
    "closed": ForNow(noop("the circulation is closed")),
    "cancelled": noop("the circulation is cancelled"),
}


def reason_against(circulation: Circulation, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
    """Return "" when the mail may go now, else why not, in English.

    As fresh as ``circulation`` and ``recipient.member`` are. At most four queries, none after ``read_ahead``.
    """
    member = recipient.member
    if member is None or not member.is_active:
        return noop("not an active member")
    if mail.kind == "circulation_summary":
        return (
            "" if member.has_perm("publications.lead_circulation", circulation) else noop("does not lead it any more")
        )
    consultee = circulation.consultee_of(member.pk)
    if consultee is None:
        return noop("not asked any more")
    if mail.kind != "circulation_cancelled" and not member.has_perm("publications.view_circulation", circulation):
        return noop("may not see it any more")
    if mail.kind == "circulation_reminder" and not member.has_perm("publications.comment_circulation", circulation):
        return noop("can not answer any more")
    return _CHECKS[mail.kind](circulation, consultee, mail, now)


def _against_open(circulation: Circulation, consultee: Consultee, now: datetime) -> str:
    if not circulation.is_open:
        return _NOT_OPEN[circulation.state]
    return "" if now < circulation.takes_comments_until(consultee) else ForNow(noop("the deadline has passed"))


def _against_invitation(circulation: Circulation, consultee: Consultee, mail: OutgoingMail, now: datetime) -> str:
    return _against_open(circulation, consultee, now)


def _against_reminder(circulation: Circulation, consultee: Consultee, mail: OutgoingMail, now: datetime) -> str:
    reason = _against_open(circulation, consultee, now)
    if reason:
        return reason
    if not consultee.owes:
        return noop("nothing is owed any more")
    if mail.reminder and mail.reminder.anchor_at != circulation.takes_comments_until(consultee):
        return noop("another deadline holds for this person")
    return ""


def _against_change(circulation: Circulation, consultee: Consultee, mail: OutgoingMail, now: datetime) -> str:
    """Who was asked after the deadline had moved knows it; who never heard of the circulation needs no notice."""
    reason = _against_open(circulation, consultee, now)
    if reason:
        return reason
    told = _told(circulation, mail)
    if any(telling.is_invitation_since(mail.created_at) for telling in told):
        return noop("asked with the new deadline")
    return "" if told or consultee.answered_on else noop("never told of the circulation")


def _against_cancellation(circulation: Circulation, consultee: Consultee, mail: OutgoingMail, now: datetime) -> str:
    if circulation.state != circulation.State.CANCELLED:
        return noop("the circulation is not cancelled")
    return "" if consultee.answered_on or _told(circulation, mail) else noop("never told of the circulation")


def _against_resolution(circulation: Circulation, consultee: Consultee, mail: OutgoingMail, now: datetime) -> str:
    return "" if consultee.answered_on else noop("has not answered")


class Telling(NamedTuple):
    """A mail that a member may have read."""

    mail_id: int
    kind: str
    written_at: datetime | None

    def is_invitation_since(self, instant: datetime) -> bool:
        return self.kind == "circulation_invitation" and self.written_at is not None and self.written_at > instant


def tellings(circulation: Circulation, mails: list[OutgoingMail]) -> dict[str, list[Telling]]:
    """Return what the recipients of these mails were told of the circulation so far, by recipient key.

    One query, and none where no mail depends on it.
    """
    keys = [mail.recipient_key for mail in mails if mail.kind in _FOR_THE_TOLD]
    found: dict[str, list[Telling]] = {key: [] for key in keys}
    if keys:
        told = OutgoingMail.objects.about(circulation).filter(recipient_key__in=keys, state__in=_TOLD)
        for key, *telling in told.values_list("recipient_key", "pk", "kind", "written_at"):
            found[key].append(Telling(*telling))
    return found


def _told(circulation: Circulation, mail: OutgoingMail) -> list[Telling]:
    """What the recipient of ``mail`` was told besides it."""
    known = circulation.known_tellings
    if mail.recipient_key not in known:
        known |= tellings(circulation, [mail])
    return [telling for telling in known[mail.recipient_key] if telling.mail_id != mail.pk]


type Check = Callable[[Circulation, Consultee, OutgoingMail, datetime], str]

_CHECKS: dict[str, Check] = {
    "circulation_invitation": _against_invitation,
    "circulation_reminder": _against_reminder,
    "circulation_changed": _against_change,
    "circulation_cancelled": _against_cancellation,
    "comments_resolved": _against_resolution,
}
