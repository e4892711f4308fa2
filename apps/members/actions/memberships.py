"""Roles in groups, and their end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions.rights import require
from apps.members.models import Member, Membership
from apps.members.permissions import Role


@transaction.atomic
def change_role(*, actor: Member | None, membership: Membership, role: str) -> Membership:
    """Give a present member of a group another role there."""
    require(actor, "members.change_membership", membership)
    if role not in Role.values:
        raise Refused(_("There is no such role."))
    changed = Membership.objects.filter(pk=membership.pk, ended_on=None).exclude(role=role).update(role=role)
    if not changed:
        raise Refused(_("This membership has ended, or has that role already."))
    audit.record(
        AuditEntry.Event.ROLE,
        actor=actor,
        about=membership.member,
        detail=f"group {membership.group_id}: {membership.role} to {role}",
    )
    membership.role = role
    return membership


@transaction.atomic
def end_membership(*, actor: Member | None, membership: Membership, now: datetime) -> Membership:
    """End a membership today. What came with it, such as invitations to the group's events, ends too."""
    require(actor, "members.change_membership", membership)
    if membership.ended_on is not None:
        raise Refused(_("This membership has ended already."))
    membership.end(now.date())
    audit.record(
        AuditEntry.Event.ROLE, actor=actor, about=membership.member, detail=f"group {membership.group_id}: ended"
    )
    return membership
