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
from apps.notifications.nudge import nudge_delivery

State = OutgoingMail.State

# Long enough for the retries after temporary faults; whether it is still wanted is asked again before it goes.
ANOTHER_CHANCE = timedelta(days=1)


@transaction.atomic
def send_again(*, actor: Any, mail: OutgoingMail, now: datetime) -> OutgoingMail:
    """Put a failed or unclear mail back into the queue with the same Message-ID, so a second copy is the same mail.

    What was written stays as it was; a body purged meanwhile is written afresh. Refused without the right, in any other
    state, and for security mail, whose body is gone for good. ``actor`` is a member.
    """
    if not actor.has_perm("notifications.resend_outgoingmail", mail):
        raise Refused(_("Only the secretariat sends mail again."))
    if mail.definition.is_security:
        raise Refused(_("A sign-in mail is never sent again: its code has expired. The person can ask for a new one."))
    waiting = OutgoingMail.objects.filter(pk=mail.pk, state__in=[State.FAILED, State.UNCLEAR])
    if not waiting.update(**_fresh_start(mail, now)):
        raise Refused(_("Only mail that failed or is unclear can be sent again."))
    mail.refresh_from_db()
    record(AuditEntry.Event.MAIL, actor=actor, about=mail, detail=f"send again: {mail.kind}")
    nudge_delivery()
    return mail


def _fresh_start(mail: OutgoingMail, now: datetime) -> dict[str, Any]:
    fields = {
        "state": State.QUEUED,
        "reason": "",
        "due_at": now,
        "expires_at": max(mail.expires_at, now + ANOTHER_CHANCE),
        "attempts": 0,
        "lapses": 0,
        "claim_token": "",
        "lease_until": None,
    }
    return fields if mail.text_body else {**fields, "written_at": None}
