"""What the events say should have been sent (for ``notifications.ledger``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.events.ledger import invited, notices, places, planned, reminded, unwanted


def differences(now: datetime) -> Iterator[str]:
    """Yield every difference between the events and the mails about them."""
    for check in (invited, planned, reminded, notices, places, unwanted):
        yield from check.differences(now)
