"""Groups: one that was hidden from more people since the backup stays hidden from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.core.carryover import CHUNK, Kept, Record
from apps.members.carried import audience
from apps.members.models import Group


def collect(taken_at: datetime) -> Kept:
    """Who may see each group."""
    return Group.objects.order_by("pk").values("pk", "visibility").iterator(chunk_size=CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Show to fewer again what was shown to fewer."""
    for record in records:
        group = Group.objects.filter(pk=record["pk"]).first()
        if group is None:
            continue
        for sentence in audience.narrow(group, record["visibility"], f"Group {group.pk} “{group}”"):
            group.save(update_fields=["visibility", "updated_at"])
            yield sentence
