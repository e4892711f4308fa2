"""Groups: one that was hidden from more people since the backup stays hidden from them, one that was deleted from all
but those who coordinate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.core.carryover import CHUNK, Kept, Record
from apps.members.carried import audience
from apps.members.models import Group
from apps.members.permissions import Visibility


def collect(taken_at: datetime) -> Kept:
    """Who may see each group."""
    return Group.objects.order_by("pk").values("pk", "visibility").iterator(chunk_size=CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Show to fewer again what was shown to fewer. Of what was deleted the memberships end beside this."""
    living = set()
    for record in records:
        living.add(record["pk"])
        group = Group.objects.filter(pk=record["pk"]).first()
        if group is None:
            continue
        for sentence in audience.narrow(group, record["visibility"], f"Group {group.pk} “{group}”"):
            group.save(update_fields=["visibility", "updated_at"])
            yield sentence
    for group in Group.objects.exclude(visibility=Visibility.COORDINATORS).order_by("pk"):
        if group.pk not in living:
            group.visibility = Visibility.COORDINATORS
            group.save(update_fields=["visibility", "updated_at"])
            yield f"Group {group.pk} “{group}”: deleted since the backup, is there again, for coordinators only."
