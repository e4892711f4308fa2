"""Second factors and single sign-on: those of today, so that a lost device or a used code opens nothing again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from apps.core.carryover import CHUNK, Kept, Record
from apps.members.carried.people import name
from apps.members.models import Member

_FIELDS = ("user_id", "type", "data", "created_at", "last_used_at")


def collect_factors(taken_at: datetime) -> Kept:
    """Every second factor with its sealed secret."""
    return Authenticator.objects.order_by("pk").values(*_FIELDS).iterator(CHUNK)


def apply_factors(records: Iterator[Record]) -> Iterator[str]:
    """Give each member the factors of today, where they differ from those of the backup."""
    living = _by_member(records)
    restored = _by_member(Authenticator.objects.order_by("pk").values(*_FIELDS).iterator(CHUNK))
    for member in Member.objects.filter(pk__in=living.keys() | restored.keys()).order_by("pk"):
        if _secrets(living[member.pk]) != _secrets(restored[member.pk]):
            Authenticator.objects.filter(user=member).delete()
            Authenticator.objects.bulk_create(Authenticator(**record) for record in living[member.pk])
            yield f"{name(member)}: has the second factors of today ({len(living[member.pk])})."


def collect_identities(taken_at: datetime) -> Kept:
    """Which identities of the single sign-on open whose account."""
    return SocialAccount.objects.order_by("pk").values("provider", "uid", "user_id").iterator(CHUNK)


def apply_identities(records: Iterator[Record]) -> Iterator[str]:
    """Disconnect what was disconnected."""
    living = {(record["provider"], record["uid"], record["user_id"]) for record in records}
    for identity in SocialAccount.objects.select_related("user").order_by("pk"):
        if (identity.provider, identity.uid, identity.user_id) not in living:
            identity.delete()
            yield f"{name(identity.user)}: single sign-on disconnected since the backup, stays so."


def _by_member(records: Iterable[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        found[record["user_id"]].append(record)
    return found


def _secrets(records: list[Record]) -> list[Any]:
    """What makes a factor the same one; when it was used last does not."""
    return sorted((record["type"], str(sorted(record["data"].items()))) for record in records)
