"""The checks of the apps, and the two spans every check allows for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

# How long something due may lie before it counts as forgotten: beat, retries of a busy worker and clocks included.
GRACE = timedelta(minutes=10)
# How long a mail may be on its way when the reason for it falls away.
IN_FLIGHT = timedelta(minutes=1)

type Check = Callable[[datetime], Iterable[str]]

_checks: list[Check] = []


def register(check: Check) -> None:
    """Add an app's check: it yields one sentence per difference, with ids and never addresses."""
    if check not in _checks:
        _checks.append(check)


def registered() -> list[Check]:
    return list(_checks)
