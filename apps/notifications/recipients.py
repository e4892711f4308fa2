"""Whom a mail goes to: a member, or a bare address that has no account yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

MEMBER_PREFIX = "member:"


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the engine needs to know of a reader. ``zone`` is where they live, ``language`` a LANGUAGES code;
    ``member`` is the row it was read from, where there is one.
    """

    address: str
    name: str = ""
    language: str = "en"
    zone: tzinfo = UTC
    member_id: int | None = None
    member: Any = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        return address_key(self.address) if self.member_id is None else member_key(self.member_id)


def member_key(member_id: int) -> str:
    """The ledger's key of a member."""
    return f"{MEMBER_PREFIX}{member_id}"


def address_key(address: str) -> str:
    """The ledger's key of a bare address; the address itself is not part of it."""
    return f"address:{hashlib.sha256(address.strip().lower().encode()).hexdigest()}"


def recipient_of(member: Any) -> Recipient:
    """Return the member as a recipient."""
    return Recipient(
        address=member.email,
        name=member.name,
        language=member.language,
        zone=member.time_zone,
        member_id=member.pk,
        member=member,
    )


def domain_of(address: str) -> str:
    """Return the domain of an address in lower case, for the rate per recipient domain."""
    return address.rpartition("@")[2].lower()
