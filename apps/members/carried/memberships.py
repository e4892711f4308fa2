"""Memberships: whoever was in a group in a role and is not any more does not get it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from apps.core.carryover import CHUNK, Kept, Record
from apps.members.carried.people import name
from apps.members.models import Membership
from apps.members.permissions import Role

_RANKS = {role: rank for rank, role in enumerate(Role)}  # the strongest first


def collect(taken_at: datetime) -> Kept:
    """The present memberships with their roles, and since when they last."""
    fields = ("group_id", "member_id", "role", "started_on")
    return Membership.objects.current().order_by("pk").values(*fields).iterator(CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """End what has ended or was deleted since, let what began anew begin then, and lower what was lowered."""
    living = {(record["group_id"], record["member_id"]): record for record in records}
    restored = Membership.objects.current().select_related("group", "member").order_by("pk")
    for membership in restored.iterator(CHUNK):
        record = living.get((membership.group_id, membership.member_id))
        if record is None:
            membership.end(timezone.localdate())
            yield f"{name(membership.member)}: left {membership.group} since the backup, stays out."
            continue
        if record["started_on"] > membership.started_on.isoformat():
            # What came with the earlier membership ended with it.
            Membership.objects.filter(pk=membership.pk).update(started_on=record["started_on"])
            yield f"{name(membership.member)}: left {membership.group} and came back since the backup."
        role = Role(record["role"])
        if _RANKS[role] > _RANKS[Role(membership.role)]:
            Membership.objects.filter(pk=membership.pk).update(role=role)
            yield f"{name(membership.member)}: only {role.label} in {membership.group} since the backup, stays so."
