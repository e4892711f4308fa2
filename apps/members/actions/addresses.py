"""Another address for somebody who lost their mailbox or changed ministry: vouched for by the secretariat."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core import audit
from apps.core.lines import validate_mailbox
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members import accountmail
from apps.members.actions.invitations import revoke_all
from apps.members.actions.rights import require
from apps.members.actions.status import sign_out
from apps.members.managers import normalised_address
from apps.members.models import Member
from apps.notifications.models import OutgoingMail, Suppression

TEMPLATE = "account/email/address_changed"


def change_address(*, actor: Member | None, member: Member, address: str, now: datetime) -> Member:
    """Give the member another address to sign in with, and tell both. From now on the old one opens nothing.

    Every session ends, codes and links on their way die, open invitations to the old address are taken back.
    Refused for one's own account, closed accounts, and addresses that are taken or suppressed. Of two who give away
    the same address at once, one does.
    """
    require(actor, "members.change_member", member)
    address = normalised_address(address)
    _check(actor, member, address)
    try:
        return _change(actor, member, address, now)
    except IntegrityError as fault:
        raise Refused(_("There is an account with this address already.")) from fault


@transaction.atomic
def _change(actor: Member | None, member: Member, address: str, now: datetime) -> Member:
    old = member.email
    if not Member.objects.active().filter(pk=member.pk, email=old).update(email=address, updated_at=now):
        raise Refused(_("This account has changed meanwhile. Reload the page to see how it stands."))
    member.refresh_from_db()
    member.hold_address()
    _close_old_ways(member, old)
    audit.record(AuditEntry.Event.CREDENTIAL, actor=actor, about=member, detail="address changed by the secretariat")
    for each in (old, address):
        accountmail.send_account_mail(TEMPLATE, each, member, {"is_new": each == address, "timestamp": now})
    return member


def _check(actor: Member | None, member: Member, address: str) -> None:
    try:
        Member._meta.get_field("email").clean(address, member)
        validate_mailbox(address)
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages)) from fault
    if actor is not None and actor.pk == member.pk:
        raise Refused(_("Change your own address in your settings, where a code proves it."))
    if not member.is_active:
        raise Refused(_("This account is closed. Reinstate it first."))
    if address == member.email:
        raise Refused(_("This is the member's address already."))
    if Member.objects.with_address(address).exists():
        raise Refused(_("There is an account with this address already."))
    if Suppression.objects.of([address]).exists():
        raise Refused(_("This address is suppressed: nothing is sent to it. Choose another, or lift that first."))


def _close_old_ways(member: Member, old: str) -> None:
    """Reset links die with the address (``ResetTokens``), codes by e-mail in ``AccountAdapter.login``."""
    sign_out(member)
    # The account at the old ministry may be somebody else's tomorrow; the next sign-in finds the new address.
    SocialAccount.objects.filter(user=member).delete()
    OutgoingMail.objects.filter(member=member, kind="account").cancel(noop("the address has changed"))
    revoke_all(old)
