"""What a coordinator does to the ledger by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.notifications.models import OutgoingMail
from apps.notifications.models.mail import unwritten
from apps.notifications.nudge import nudge_delivery

State = OutgoingMail.State

# Long enough for the retries after temporary faults; whether it is still wanted is asked again before it goes.
ANOTHER_CHANCE = timedelta(days=1)


@transaction.atomic
def send_again(*, actor: Any, mail: OutgoingMail, now: datetime) -> OutgoingMail:
    """Put a failed or unclear mail back into the queue with the same Message-ID, so a second copy is the same mail.

    An unclear one may have arrived: it goes with the bytes it had, unless they were purged meanwhile or are of a
    conversation (``render.write``). A failed one was not taken: it is written anew, from what holds when it goes.
    Refused without the right, in any other state, and for security mail, whose body is gone for good. ``actor`` is a
    member.
    """
    if not actor.has_perm("notifications.resend_outgoingmail", mail):
        raise Refused(_("Only the secretariat sends mail again."))
    if mail.definition.is_security:
        raise Refused(_("A sign-in mail is never sent again: its code has expired. The person can ask for a new one."))
    this, start = OutgoingMail.objects.filter(pk=mail.pk), _fresh_start(mail, now)
    # The attempt that may have reached the reader counts, so its bytes stay also while the server is away.
    unclear = this.filter(state=State.UNCLEAR).exclude(text_body="").update(**start, attempts=1)
    anew = this.filter(state__in=[State.FAILED, State.UNCLEAR]).update(**start, attempts=0, **unwritten())
    if not unclear and not anew:
        raise Refused(_("Only mail that failed or is unclear can be sent again."))
    mail.refresh_from_db()
    record(AuditEntry.Event.MAIL, actor=actor, about=mail, detail=f"send again: {mail.kind}")
    nudge_delivery()
    return mail


def _fresh_start(mail: OutgoingMail, now: datetime) -> dict[str, Any]:
    return {
        "state": State.QUEUED,
        "reason": "",
        "due_at": now,
        "expires_at": max(mail.expires_at, now + ANOTHER_CHANCE),
        "lapses": 0,
        "claim_token": "",
        "lease_until": None,
    }
