"""Making and unmaking coordinators: the secretariat's own rights."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions.rights import require
from apps.members.actions.status import refuse_last_staff
from apps.members.models import Member


@transaction.atomic
def promote_member(*, actor: Member | None, member: Member) -> Member:
    """Give staff rights. The screen that calls this has asked for a fresh login."""
    require(actor, "members.promote_member", member)
    if member.is_staff or not member.is_active:
        raise Refused(_("Only an active member who is no coordinator yet can become one."))
    _set_staff(member, is_staff=True)
    audit.record(AuditEntry.Event.ROLE, actor=actor, about=member, detail="staff")
    return member


@transaction.atomic
def demote_member(*, actor: Member | None, member: Member) -> Member:
    """Take staff rights away; never one's own, never the last ones."""
    require(actor, "members.promote_member", member)
    if actor is not None and actor.pk == member.pk:
        raise Refused(_("Nobody gives up their own rights here. Ask another coordinator."))
    if not member.is_staff:
        raise Refused(_("This person is no coordinator."))
    refuse_last_staff(member)
    _set_staff(member, is_staff=False)
    audit.record(AuditEntry.Event.ROLE, actor=actor, about=member, detail="no longer staff")
    return member


def _set_staff(member: Member, *, is_staff: bool) -> None:
    member.is_staff, member.is_superuser = is_staff, False
    member.save(update_fields=["is_staff", "is_superuser", "updated_at"])
