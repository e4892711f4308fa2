"""Suspending, reinstating and saying goodbye. The member loses everything within one request."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions.invitations import revoke_all
from apps.members.actions.rights import require
from apps.members.models import Member
from apps.notifications.gate import INACTIVE
from apps.notifications.models import OutgoingMail
from apps.notifications.models.mail import Priority
from apps.notifications.outbox import open_again

Status = Member.Status

# Why a mail in the ledger did not go.
_CLOSED = {Status.SUSPENDED: noop("the member is suspended"), Status.DEPARTED: noop("the member is departed")}
# The reasons that fall away when the member is let in again.
SHUT_OUT = (*_CLOSED.values(), INACTIVE)


@transaction.atomic
def suspend_member(*, actor: Member | None, member: Member) -> Member:
    """Close an account for a time: memberships and history stay, every way in ends now."""
    _check(actor, member)
    if member.status == Status.SUSPENDED:
        raise Refused(_("This person is suspended already."))
    _shut_out(member, Status.SUSPENDED)
    audit.record(AuditEntry.Event.STATUS, actor=actor, about=member, detail="suspended")
    return member


@transaction.atomic
def depart_member(*, actor: Member | None, member: Member, now: datetime) -> Member:
    """Note that somebody has left: memberships end, staff rights end, the account closes; what they wrote stays."""
    _check(actor, member)
    if member.status == Status.DEPARTED:
        raise Refused(_("This person has left already."))
    for membership in member.memberships.filter(ended_on=None):
        membership.end(now.date())
    if member.is_staff:
        member.is_staff = member.is_superuser = False
        member.save(update_fields=["is_staff", "is_superuser", "updated_at"])
        audit.record(AuditEntry.Event.ROLE, actor=actor, about=member, detail="no longer staff")
    _shut_out(member, Status.DEPARTED)
    audit.record(AuditEntry.Event.STATUS, actor=actor, about=member, detail="departed")
    return member


@transaction.atomic
def reinstate_member(*, actor: Member | None, member: Member) -> Member:
    """Open a closed account again. Old sessions stay ended; memberships of somebody who left stay ended too.

    What had not left when the account was closed goes now, as far as it is still wanted.
    """
    require(actor, "members.change_member", member)
    if member.is_active:
        raise Refused(_("This account is open already."))
    member.become(Status.ACTIVE)
    _say_still(member)
    audit.record(AuditEntry.Event.STATUS, actor=actor, about=member, detail="reinstated")
    return member


def end_sessions(*, actor: Member | None, member: Member) -> int:
    """Sign the member out everywhere; return how many sessions that were."""
    require(actor, "members.change_member", member)
    ended = sign_out(member)
    audit.record(AuditEntry.Event.STATUS, actor=actor, about=member, detail="sessions ended")
    return ended


def refuse_last_staff(member: Member) -> None:
    """Refuse what would leave the portal without anybody who runs it.

    Holds the rows of all coordinators until the transaction ends: of two who take each other's rights at one moment
    the second is refused. Two queries for a coordinator, none for others.
    """
    if not (member.is_staff and member.is_active):
        return
    staff = Member.objects.active().filter(is_staff=True)
    staff.update(updated_at=F("updated_at"))
    if not staff.exclude(pk=member.pk).exists():
        raise Refused(_("This is the only coordinator. Make somebody else one first."))


def _check(actor: Member | None, member: Member) -> None:
    require(actor, "members.change_member", member)
    if actor is not None and actor.pk == member.pk:
        raise Refused(_("Nobody closes their own account here. Ask another coordinator."))
    refuse_last_staff(member)


def _shut_out(member: Member, status: Member.Status) -> None:
    member.become(status)
    sign_out(member)
    OutgoingMail.objects.filter(member=member).cancel(_CLOSED[status])
    revoke_all(member.email)


def _say_still(member: Member) -> None:
    """Whether each is of use is asked again before it goes; a code that logs in is not."""
    unsaid = OutgoingMail.objects.filter(
        member=member, state=OutgoingMail.State.CANCELLED, reason__in=SHUT_OUT, sent_at=None
    )
    open_again(unsaid.exclude(priority=Priority.SECURITY))


def sign_out(member: Member) -> int:
    """End every session within another action; return how many. They are found through allauth's list, which notes
    each login and each first request.
    """
    sessions = list(UserSession.objects.filter(user=member))
    for session in sessions:
        session.end()
    return len(sessions)
