"""Acts on invitations: send, send anew, take back."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.adminrows import RowsStep
from apps.members import actions
from apps.members.models import Invitation

State = Invitation.State


class InvitationStep(RowsStep):
    perm = "members.change_invitation"

    def describe(self, row: Invitation) -> str:
        known = (row.name, row.address, str(row.group), row.get_role_display(), row.get_state_display())
        return " · ".join(part for part in known if part)


class SendStep(InvitationStep):
    slug = "send"
    label = _("Send")
    question = ngettext_lazy("Send %(count)d invitation?", "Send %(count)d invitations?", "count")
    button = ngettext_lazy("Send %(count)d invitation", "Send %(count)d invitations", "count")
    done = ngettext_lazy("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", "count")
    explanation = _("Each address gets one mail with its own link, valid for 30 days, and one reminder a week before.")

    @classmethod
    def fits(cls, row: Invitation) -> bool:
        return row.state == State.PREPARED

    def act(self, row: Invitation, cleaned: dict[str, Any]) -> None:
        actions.send_invitation(actor=self.actor, invitation=row, now=timezone.now())


class ResendStep(InvitationStep):
    slug = "resend"
    label = _("Send anew")
    question = ngettext_lazy("Send %(count)d invitation anew?", "Send %(count)d invitations anew?", "count")
    button = ngettext_lazy("Send %(count)d invitation anew", "Send %(count)d invitations anew", "count")
    done = ngettext_lazy(
        "%(count)d invitation is on its way anew.", "%(count)d invitations are on their way anew.", "count"
    )
    explanation = _("Each address gets a new mail with a new link, valid for 30 days. Links sent before stop working.")

    @classmethod
    def fits(cls, row: Invitation) -> bool:
        return row.state == State.SENT

    def mark(self, row: Invitation) -> str:
        return str(row.round)

    def act(self, row: Invitation, cleaned: dict[str, Any]) -> None:
        actions.resend_invitation(actor=self.actor, invitation=row, now=timezone.now())


class RevokeStep(InvitationStep):
    slug = "revoke"
    label = _("Take back")
    question = ngettext_lazy("Take back %(count)d invitation?", "Take back %(count)d invitations?", "count")
    button = ngettext_lazy("Take back %(count)d invitation", "Take back %(count)d invitations", "count")
    done = ngettext_lazy("%(count)d invitation was taken back.", "%(count)d invitations were taken back.", "count")
    explanation = _("The link says from now on that the invitation was taken back. Nobody gets a mail.")

    @classmethod
    def fits(cls, row: Invitation) -> bool:
        return row.can_change

    def act(self, row: Invitation, cleaned: dict[str, Any]) -> None:
        actions.revoke_invitation(actor=self.actor, invitation=row)


INVITATION_STEPS = (SendStep, ResendStep, RevokeStep)
