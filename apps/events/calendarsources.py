"""How an upper app puts something beside the events in a member's own calendar, without events knowing it.

It registers a function in ``AppConfig.ready()``. Its queries count in the feed's budget.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from apps.events.calendar import Entry
from apps.members.models import Member

type Source = Callable[[Member, datetime], list[Entry]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Add ``source``: given a member and the time, it returns only what that member may see now, in the language that
    is active. Adding it twice has no effect.
    """
    if source not in _sources:
        _sources.append(source)


def entries_for(member: Member, now: datetime) -> list[Entry]:
    """Return what all sources have for the member."""
    return list(chain.from_iterable(source(member, now) for source in _sources))
