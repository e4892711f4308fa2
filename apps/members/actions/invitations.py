"""Preparing, sending and taking back invitations. For the secretariat, and the operator at the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions.rights import require
from apps.members.managers import normalised_address
from apps.members.models import Group, Invitation, Member, Topic
from apps.members.models.invitation import FOLLOW_UP_BEFORE_EXPIRY, VALID_FOR
from apps.members.permissions import Role
from apps.notifications import outbox, reminders
from apps.notifications.models import OutgoingMail

FOLLOW_UP_RULE = "members.invitation_follow_up"
FOLLOW_UP_KIND = "invitation_follow_up"

State = Invitation.State


@transaction.atomic
def prepare_invitation(
    *,
    actor: Member | None,
    group: Group,
    address: str,
    role: str = Role.MEMBER,
    topics: Iterable[Topic] = (),
    **values: Any,
) -> Invitation:
    """Note an invitation with what is known of the person (``values``: further fields of ``Invitation``); mail nothing.

    Refused for present members of the group, for addresses with an open invitation to it, and for people who are
    suspended or have left. Seven queries.
    """
    require(actor, "members.add_invitation")
    invitation = Invitation(group=group, address=normalised_address(address), role=role, invited_by=actor, **values)
    try:
        invitation.full_clean()
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages)) from fault
    _refuse_taken(invitation)
    invitation.save()
    invitation.topics.set(topics)
    audit.record(AuditEntry.Event.INVITATION, actor=actor, about=invitation, detail="prepared")
    return invitation


@transaction.atomic
def send_invitation(*, actor: Member | None, invitation: Invitation, now: datetime) -> Invitation:
    """Mail a prepared invitation; it is valid for 30 days, with one follow-up a week before the end."""
    require(actor, "members.change_invitation", invitation)
    _refuse_taken(invitation)
    go_out(invitation, State.PREPARED, now)
    audit.record(AuditEntry.Event.INVITATION, actor=actor, about=invitation, detail="sent")
    return invitation


@transaction.atomic
def resend_invitation(*, actor: Member | None, invitation: Invitation, now: datetime) -> Invitation:
    """Mail an invitation anew, with a new link and a new expiry; links sent before die."""
    require(actor, "members.change_invitation", invitation)
    _refuse_taken(invitation)
    OutgoingMail.objects.about(invitation).cancel(noop("sent anew"))
    go_out(invitation, State.SENT, now)
    audit.record(AuditEntry.Event.INVITATION, actor=actor, about=invitation, detail="sent anew")
    return invitation


@transaction.atomic
def revoke_invitation(*, actor: Member | None, invitation: Invitation) -> Invitation:
    """Take an open invitation back: its link says so from now on, and its mail that has not left never does."""
    require(actor, "members.change_invitation", invitation)
    revoke(invitation)
    audit.record(AuditEntry.Event.INVITATION, actor=actor, about=invitation, detail="revoked")
    return invitation


def revoke(invitation: Invitation) -> None:
    """Revoke within another action. The state decides; the nonce stays, so that the link can say what became of it."""
    _move(invitation, (State.PREPARED, State.SENT), state=State.REVOKED)
    silence(invitation, noop("revoked"))


def revoke_all(address: str) -> None:
    """Revoke every open invitation to an address, within another action."""
    for invitation in Invitation.objects.filter(address__iexact=address, state__in=[State.PREPARED, State.SENT]):
        revoke(invitation)


def silence(invitation: Invitation, reason: str) -> None:
    """Cancel what has not left of an invitation that is settled: mails and the follow-up."""
    reminders.plan(invitation, [])
    OutgoingMail.objects.about(invitation).cancel(reason)


def go_out(invitation: Invitation, state: Invitation.State, now: datetime, *, is_bulk: bool = False) -> None:
    """Mail an invitation that is in ``state``, within another action's transaction. Seven queries."""
    invitation.renew_nonce()
    expires_at = now + VALID_FOR
    sent = {"nonce": invitation.nonce, "round": invitation.round + 1, "sent_at": now, "expires_at": expires_at}
    _move(invitation, (state,), of_round=invitation.round, state=State.SENT, **sent)
    recipient = invitation.mail_recipient(invitation.address)
    occasion = f"round:{invitation.round}"
    outbox.notify("invitation", invitation, [recipient], occasion, expires_at=expires_at, is_bulk=is_bulk)
    due_at = expires_at - FOLLOW_UP_BEFORE_EXPIRY
    follow_up = reminders.Planned(FOLLOW_UP_RULE, FOLLOW_UP_KIND, expires_at, due_at, expires_at)
    reminders.plan(invitation, [follow_up])


def _move(
    invitation: Invitation, states: Iterable[Invitation.State], *, of_round: int | None = None, **fields: Any
) -> None:
    """Change the row only from one of ``states``, whoever else is at it at this moment; ``of_round``: only if it has
    not gone out since it was read, so that two presses send once.
    """
    found = Invitation.objects.filter(pk=invitation.pk, state__in=states)
    if of_round is not None:
        found = found.filter(round=of_round)
    if not found.update(**fields):
        raise Refused(_("This invitation has changed meanwhile. Reload the page to see how it stands."))
    for name, value in fields.items():
        setattr(invitation, name, value)


def _refuse_taken(invitation: Invitation) -> None:
    member = Member.objects.with_address(invitation.address).first()
    if member is None:
        return
    if not member.is_active:
        raise Refused(_("This person has an account that is closed. Reinstate it first."))
    if member.memberships.filter(group=invitation.group_id, ended_on=None).exists():
        raise Refused(_("This person is in the group already."))
