"""Groups themselves: what they are called, and who may see them."""

from __future__ import annotations

from django.db import transaction

from apps.core import audit
from apps.core.models import AuditEntry
from apps.members.actions.rights import require
from apps.members.models import Group, Member


@transaction.atomic
def save_group(*, actor: Member | None, group: Group) -> Group:
    """Save a new or changed group, validated by its form. Who may see it goes on record. Three queries."""
    before = Group.objects.filter(pk=group.pk).first()
    require(actor, "members.change_group" if before else "members.add_group", before)
    group.save()
    if before and before.visibility != group.visibility:
        detail = f"{before.visibility}>{group.visibility}"
        audit.record(AuditEntry.Event.VISIBILITY, actor=actor, about=group, detail=detail)
    return group
