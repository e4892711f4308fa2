"""Whose a thing is and who may see it: what was moved to another group or shown to fewer people since the backup stays
so. For groups, and for whatever apps above belongs to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.core.carryover import Record
from apps.members.models import Group
from apps.members.permissions import Visibility

_WIDTHS = {visibility: width for width, visibility in enumerate(Visibility)}  # the widest first


def follow(thing: Any, record: Record, name: str) -> Iterator[str]:
    """Bring the thing to the group of today, for the readers it has there; else narrow it. Saves nothing.

    ``record`` has ``group`` and ``visibility`` as of today, ``name`` tells the operator what is meant. Where that group
    is newer than the backup, nobody but those who lead the old one sees what today is for the newer one alone.
    """
    visibility = Visibility(record["visibility"])
    if record["group"] == thing.group_id:
        yield from narrow(thing, visibility, name)
    elif Group.objects.filter(pk=record["group"]).exists():
        thing.group_id, thing.visibility = record["group"], visibility
        yield f"{name}: moved to another group since the backup, stays there."
    else:
        yield f"{name}: moved since the backup to a group that the backup lacks, is with “{thing.group}”. Please look."
        yield from narrow(thing, Visibility.COORDINATORS if visibility == Visibility.GROUP else visibility, name)


def narrow(thing: Any, today: str, name: str) -> Iterator[str]:
    """Show the thing to fewer again, if it is shown to fewer today. Saves nothing."""
    if _WIDTHS[Visibility(today)] > _WIDTHS[Visibility(thing.visibility)]:
        thing.visibility = Visibility(today)
        yield f"{name}: visible to “{thing.get_visibility_display()}” only, as today."
