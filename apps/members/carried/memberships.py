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
    """The present memberships with their roles."""
    return Membership.objects.current().order_by("pk").values("group_id", "member_id", "role").iterator(CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """End what has ended or was deleted since, and lower what was lowered."""
    living = {(record["group_id"], record["member_id"]): Role(record["role"]) for record in records}
    restored = Membership.objects.current().select_related("group", "member").order_by("pk")
    for membership in restored.iterator(CHUNK):
        role = living.get((membership.group_id, membership.member_id))
        if role is None:
            membership.end(timezone.localdate())
            yield f"{name(membership.member)}: left {membership.group} since the backup, stays out."
        elif _RANKS[role] > _RANKS[Role(membership.role)]:
            Membership.objects.filter(pk=membership.pk).update(role=role)
            yield f"{name(membership.member)}: only {role.label} in {membership.group} since the backup, stays so."
