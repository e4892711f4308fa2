"""The proof that each mail went once: what should have been sent, derived again, against the ledger.

The apps register their own checks in ``AppConfig.ready()``; the engine checks what lies still, what it can not have
written, and announcements that lost somebody. Each check is a handful of set queries, whatever the number of rows, and
streams what it finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.notifications.ledger import causes, losses, lying
from apps.notifications.ledger.registry import GRACE, IN_FLIGHT, register, registered

__all__ = ["GRACE", "IN_FLIGHT", "differences", "register"]


def differences(now: datetime) -> Iterator[str]:
    """Yield a sentence, with ids and never addresses, for every difference between what should have been sent and
    what was.
    """
    for check in (lying.differences, causes.differences, losses.differences, *registered()):
        yield from check(now)
