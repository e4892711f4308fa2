"""How many things wait for the secretariat, for the pages that lead to the desk.

The desk itself adds up what its panels have counted anyway; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, QuerySet, Value

type Things = Callable[[], QuerySet[Any]]

_things: list[Things] = []


def count_things(rows: Things) -> None:
    """Count these rows among what waits for the secretariat: what a panel of the desk shows there. Twice is once."""
    if rows not in _things:
        _things.append(rows)


def things_waiting() -> int:
    """Return how many things wait for the secretariat, whoever of them asks. One query."""
    counts = [
        rows().order_by().annotate(kind_of_thing=Value(number)).values("kind_of_thing").annotate(count=Count("pk"))
        for number, rows in enumerate(_things)
    ]
    if not counts:
        return 0
    first, *others = (each.values_list("kind_of_thing", "count") for each in counts)
    return sum(count for _number, count in first.union(*others, all=True))
