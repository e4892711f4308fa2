"""Accepting an invitation: the moment an account, a membership and a consent come to be."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions.invitations import silence
from apps.members.actions.organisations import find_or_make_organisation
from apps.members.models import Consent, Invitation, LegalText, Member, Membership

State = Invitation.State


def accept_invitation(
    *, actor: Member | None, invitation: Invitation, consents_to: LegalText | None, now: datetime
) -> Member:
    """Make the invited person a member of the group, with an account where there is none, and return them.

    ``actor`` is who is signed in (None: nobody); an address that has an account is accepted by that member only.
    ``consents_to`` is the privacy notice shown beside the button. Refused when the invitation is no longer open, when
    the notice is not the one in force, and for everybody else. Of parallel calls one succeeds.
    """
    _check_text(consents_to, now)
    try:
        return _accept(actor, invitation, consents_to, now)
    except IntegrityError as fault:
        raise Refused(_("An account for this address was made at this very moment. Open the link again.")) from fault


@transaction.atomic
def _accept(actor: Member | None, invitation: Invitation, text: LegalText | None, now: datetime) -> Member:
    _claim(invitation, now)
    member = _existing_member(actor, invitation) or _new_member(invitation)
    Membership.objects.get_or_create(
        group=invitation.group,
        member=member,
        ended_on=None,
        defaults={"role": invitation.role, "started_on": now.date()},
    )
    Consent.objects.get_or_create(member=member, text=text, defaults={"given_at": now})
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=member)
    invitation.accepted_by = member
    silence(invitation, noop("accepted"))
    audit.record(AuditEntry.Event.INVITATION, actor=member, about=invitation, detail="accepted")
    return member


def _check_text(text: LegalText | None, now: datetime) -> None:
    in_force = LegalText.objects.in_force(LegalText.Kind.PRIVACY, now)
    if in_force is None:
        raise Refused(_("The portal has no privacy notice yet, so nobody can join. Please write to the secretariat."))
    if in_force != text:
        raise Refused(_("The privacy notice has changed since you opened this page. Please read it again."))


def _claim(invitation: Invitation, now: datetime) -> None:
    """Take the invitation, but only as it was read and while it is open: whoever is second changes nothing."""
    mine = Invitation.objects.filter(pk=invitation.pk, state=State.SENT, nonce=invitation.nonce, expires_at__gt=now)
    if not mine.update(state=State.ACCEPTED, accepted_at=now):
        raise Refused(_("This invitation is not open any more."))
    invitation.state, invitation.accepted_at = State.ACCEPTED, now


def _existing_member(actor: Member | None, invitation: Invitation) -> Member | None:
    member = Member.objects.with_address(invitation.address).first()
    if member is None and actor is not None:
        raise Refused(_("You are signed in as somebody else. Sign out, then open the link again."))
    if member is not None and not member.is_active:
        raise Refused(_("This invitation can not be accepted. Please write to the secretariat."))
    if member is not None and member != actor:
        raise Refused(_("This address has an account. Sign in with it, then accept."))
    return member


def _new_member(invitation: Invitation) -> Member:
    """Make the account with the prefilled values; whoever holds the link has proved the address."""
    member = Member.objects.create_user(
        invitation.address,
        name=invitation.name,
        position=invitation.position,
        organisation=find_or_make_organisation(
            invitation.organisation, invitation.stakeholder_group, str(invitation.country)
        ),
        country=invitation.country,
        time_zone=invitation.time_zone,
        language=invitation.language,
    )
    member.topics.set(invitation.topics.all())
    return member
