"""Sending again what failed or is unclear, after a look at whom it would reach."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.adminrows import RowsStep
from apps.notifications.actions import send_again
from apps.notifications.models import OutgoingMail
from apps.notifications.preview import recipient_address


class SendAgainStep(RowsStep):
    slug = "send-again"
    perm = "notifications.resend_outgoingmail"
    label = _("Send again")
    question = ngettext_lazy("Send %(count)d mail again?", "Send %(count)d mails again?", "count")
    button = ngettext_lazy("Send %(count)d mail again", "Send %(count)d mails again", "count")
    done = ngettext_lazy("%(count)d mail waits to be sent again.", "%(count)d mails wait to be sent again.", "count")
    explanation = _(
        "Each goes out under the Message-ID it had. A failed one is written anew, as things stand now. An unclear one "
        "goes as it was, posts as they stand now: it may have arrived already, then its reader may see it twice. What "
        "is not wanted any more is left unsent, and the ledger says why."
    )

    @classmethod
    def fits(cls, row: OutgoingMail) -> bool:
        needs_hand = row.state in (OutgoingMail.State.FAILED, OutgoingMail.State.UNCLEAR)
        return needs_hand and not row.definition.is_security

    def describe(self, row: OutgoingMail) -> str:
        what = row.subject or row.definition.label
        return f"{recipient_address(row)} · {what} · {row.get_state_display()} {row.why}".strip()

    def act(self, row: OutgoingMail, cleaned: dict[str, Any]) -> None:
        send_again(actor=self.actor, mail=row, now=timezone.now())
