"""The question asked again just before sending: may this mail still go, and to whom?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as noop

from apps.notifications.facts import Facts
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import ForNow

State = OutgoingMail.State
MOVED = noop("the time it reminds of has changed")
INACTIVE = noop("not an active member any more")
WAIT_AT_LEAST = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Verdict:
    """It may go to ``recipient``, about ``about``; or it ends in ``state``, and why; or it waits until ``due_at``."""

    state: OutgoingMail.State | None = None
    reason: str = ""
    due_at: datetime | None = None
    recipient: Recipient | None = None
    about: Any = None


def judge(mail: OutgoingMail, now: datetime, facts: Facts) -> Verdict:
    """Return whether the mail may go now. ``facts`` must cover it; no query but those of the subject's answers."""
    if now >= mail.expires_at:
        return Verdict(State.MISSED, noop("too late to be of use"))
    about = facts.subject_of(mail)
    if about is None and mail.about_type_id is not None:
        return Verdict(State.SUPPRESSED, noop("its subject is gone"))
    recipient = facts.recipient_of(mail)
    if recipient is None:
        # Cancelled where the person may be let in again: then it is opened again.
        return Verdict(State.CANCELLED if mail.member_id else State.SUPPRESSED, INACTIVE)
    if mail.definition.is_security:
        return Verdict(recipient=recipient)
    if facts.is_suppressed(recipient):
        return Verdict(State.SUPPRESSED, noop("the address is suppressed"))
    if mail.definition.is_optional and not facts.is_on(mail):
        return Verdict(State.SUPPRESSED, noop("switched off by the reader"))
    return _ask_subject(mail, about, recipient, now)


def _ask_subject(mail: OutgoingMail, about: Any, recipient: Recipient, now: datetime) -> Verdict:
    wait_until = about.mails_wait_until(mail.kind)
    if wait_until is not None:
        return Verdict(due_at=max(wait_until, now + WAIT_AT_LEAST))
    if mail.reminder and not about.is_reminder_due(mail.reminder):
        # Cancelled, not suppressed: if the thing moves back, the same reminder is opened again.
        return Verdict(State.CANCELLED, MOVED)
    reason = about.is_wanted(mail, recipient, now)
    if reason:
        return Verdict(State.CANCELLED if isinstance(reason, ForNow) else State.SUPPRESSED, reason)
    return Verdict(recipient=recipient, about=about)
