"""Accounts: closed ones stay closed, erased ones erased, passwords and addresses are the newest, and what somebody hid
stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from apps.core.carryover import CHUNK, Kept, Record
from apps.members.models import Member
from apps.members.permissions import Personal

Status = Member.Status

_STRICTNESS = {Status.ACTIVE: 0, Status.SUSPENDED: 1, Status.DEPARTED: 2}


def collect(taken_at: datetime) -> Kept:
    """Every account as it is: what it may do and how it is entered."""
    choices = ("hides_participation", "is_listed", *(field.choice for field in Personal))
    fields = ("pk", "email", "password", "status", "is_staff", *choices)
    return Member.objects.order_by("pk").values(*fields).iterator(chunk_size=CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Change the restored accounts so that nobody gets back what was taken from them."""
    known: set[int] = set()
    for chunk in batched(records, CHUNK):
        restored = Member.objects.in_bulk([record["pk"] for record in chunk])
        known |= {record["pk"] for record in chunk}
        for record in chunk:
            if record["pk"] in restored:
                yield from _apply_one(restored[record["pk"]], record)
    yield from _erase(known)


def name(member: Member) -> str:
    """How the operator is told who is meant."""
    return f"{member} (member {member.pk})"


def _apply_one(member: Member, living: Record) -> Iterator[str]:
    if _STRICTNESS[Status(living["status"])] > _STRICTNESS[Status(member.status)]:
        member.become(Status(living["status"]))
        yield f"{name(member)}: {living['status']} since the backup, stays so."
    if member.is_staff and not living["is_staff"]:
        _keep(member, is_staff=False, is_superuser=False)
        yield f"{name(member)}: no coordinator any more since the backup, stays so."
    yield from _hide(member, living)
    if member.password != living["password"]:
        _keep(member, password=living["password"])
        yield f"{name(member)}: has the password of today."
    if member.email != living["email"]:
        yield _keep_address(member, living["email"])


def _hide(member: Member, living: Record) -> Iterator[str]:
    """Show others no more than they were shown today; what was opened since the backup is closed again as in it."""
    if living["hides_participation"] and not member.hides_participation:
        _keep(member, hides_participation=True)
        yield f"{name(member)}: hides in lists of participants, as today."
    if member.is_listed and not living["is_listed"]:
        _keep(member, is_listed=False)
        yield f"{name(member)}: not in the directory of members, as today."
    hidden = [field for field in member.shown_fields() if not living[field.choice]]
    if hidden:
        _keep(member, **{field.choice: False for field in hidden})
        yield f"{name(member)}: hides {', '.join(hidden)} from other members, as today."


def _keep_address(member: Member, address: str) -> str:
    """The old mailbox may be lost, and who reads it could ask for a login code."""
    if Member.objects.with_address(address).exclude(pk=member.pk).exists():
        return f"{name(member)}: the address of today belongs to somebody else in the backup. Please look."
    _keep(member, email=address)
    member.hold_address()
    return f"{name(member)}: has the address of today."


def _keep(member: Member, **fields: Any) -> None:
    for field, value in fields.items():
        setattr(member, field, value)
    member.save(update_fields=[*fields, "updated_at"])


def _erase(known: set[int]) -> Iterator[str]:
    """Delete again who was deleted: the backup has them, the database that was here had not."""
    for pk in list(Member.objects.values_list("pk", flat=True).order_by("pk")):
        if pk not in known:
            Member.objects.filter(pk=pk).delete()
            yield f"Member {pk}: erased since the backup, is erased again."
