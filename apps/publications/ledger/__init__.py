"""What papers and circulations say should have been sent (for ``notifications.ledger``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.publications.ledger import asked, chased, news, planned, told, unwanted


def differences(now: datetime) -> Iterator[str]:
    """Yield every difference between papers, circulations and the mails about them."""
    for check in (asked, planned, chased, told, unwanted, news):
        yield from check.differences(now)
