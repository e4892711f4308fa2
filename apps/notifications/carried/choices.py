"""Addresses nothing is sent to, and what readers chose: the newest of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth import get_user_model

from apps.core.carryover import CHUNK, Kept, Record
from apps.notifications.models import Preference, Suppression


def collect_suppressions(taken_at: datetime) -> Kept:
    return Suppression.objects.order_by("pk").values("address", "reason").iterator(CHUNK)


def apply_suppressions(records: Iterator[Record]) -> Iterator[str]:
    """Add what was added since; one that was lifted since stays, which a person can mend."""
    for record in records:
        if not Suppression.objects.filter(address__iexact=record["address"]).exists():
            Suppression.objects.create(address=record["address"], reason=record["reason"])
            yield f"{record['address']}: suppressed since the backup, stays so."


def collect_preferences(taken_at: datetime) -> Kept:
    return Preference.objects.order_by("pk").values("member_id", "kind", "cadence").iterator(CHUNK)


def apply_preferences(records: Iterator[Record]) -> Iterator[str]:
    """Take each reader's newest choice."""
    restored = {(row.member_id, row.kind): row.cadence for row in Preference.objects.iterator(CHUNK)}
    people = set(get_user_model()._default_manager.values_list("pk", flat=True))
    for record in records:
        chosen = restored.get((record["member_id"], record["kind"]))
        if record["member_id"] not in people or chosen == record["cadence"]:
            continue
        Preference.objects.update_or_create(
            member_id=record["member_id"], kind=record["kind"], defaults={"cadence": record["cadence"]}
        )
        yield f"Member {record['member_id']}: wants “{record['kind']}” {record['cadence']}, chosen since the backup."
