"""What becomes of a mail that the server did not take, or that nobody knows to be taken."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from apps.notifications.facts import Facts
from apps.notifications.gate import judge
from apps.notifications.models import OutgoingMail
from apps.notifications.models.mail import unwritten

RETRY_AFTER = (60, 300, 900, 3600, 14400)  # seconds
PAUSE = timedelta(seconds=60)

GIVEN_UP = noop("given up")

State = OutgoingMail.State


def retry_later(mail: OutgoingMail, reason: str, now: datetime) -> None:
    """Put the mail back for another try, later each time, unless it is not wanted any more or expires before."""
    seconds = RETRY_AFTER[min(mail.attempts, len(RETRY_AFTER)) - 1]
    due_at = now + timedelta(seconds=seconds * random.uniform(1.0, 1.2))  # noqa: S311  spread, not secrecy
    verdict = judge(mail, now, Facts([mail]))
    if verdict.state:
        # Nothing that waits behind this mail, such as a cancellation, waits for a mail nobody wants any more.
        mail.finish(verdict.state, verdict.reason, sealed=b"")
    elif due_at >= mail.expires_at:
        mail.finish(State.FAILED, f"{GIVEN_UP}: {reason}", sealed=b"")
    else:
        mail.put_back(due_at, reason)


def settle_uncertain(mail: OutgoingMail, reason: str, now: datetime) -> None:
    """It may have been taken: again with the same Message-ID where that does no harm, else a person decides."""
    if mail.definition.repeats_when_unclear:
        retry_later(mail, reason, now)
    else:
        mail.finish(State.UNCLEAR, reason)


def pause(mail: OutgoingMail, reason: str, now: datetime) -> None:
    """The server is away: no mail of this stream is tried for a minute, none counts it as its own attempt.

    What no attempt has carried to a server yet is written anew next time: what it says of the time left has passed.
    Another worker's rows are left alone, it will meet the same server, and so is whatever it holds locks on.
    """
    ours = Q(state=State.QUEUED) | Q(state=State.CLAIMED, claim_token=mail.claim_token)
    until = now + PAUSE / 6 if mail.definition.is_security else now + PAUSE
    if not mail.definition.is_security:
        waiting = OutgoingMail.objects.filter(ours, priority=mail.priority, due_at__lt=until)
        waiting.put_off(until, reason=reason[:300])
    # Last: where the database fails between the two, the mail is still as we know it and all can be done again.
    attempts = mail.attempts - 1
    mail.put_back(until, reason, attempts=attempts, **({} if attempts else unwritten()))
