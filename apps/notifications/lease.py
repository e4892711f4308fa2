"""The time a worker holds its claimed rows, renewed by a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Self

from django.db import DatabaseError, connection
from django.utils import timezone

from apps.notifications.models import OutgoingMail

# Longer than the mail server may take for one command (20 s), and short: a dead worker's mails wait so long.
LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0  # seconds


class LeaseLost(Exception):
    """The rows may belong to another worker by now: stop before the next SMTP command."""


class Lease:
    """Holds the rows claimed under ``token`` while the ``with`` block runs."""

    def __init__(self, token: str, claimed_at: float) -> None:
        """``claimed_at`` is ``time.monotonic()`` from before the claim."""
        self._token = token
        self._valid_until = claimed_at + LEASE.total_seconds()
        self._ended = threading.Event()
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._renew_for_ever, daemon=True, name="mail-lease")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._ended.set()
        self._thread.join()

    def check(self) -> None:
        """Raise LeaseLost when the lease could not be renewed in time."""
        if time.monotonic() >= self._valid_until:
            raise LeaseLost

    @contextmanager
    def unrenewed(self) -> Iterator[None]:
        """Keep the renewal waiting while the block writes several of the rows.

        It locks all of them in an order of its own, so either could wait for the other: a deadlock.
        """
        with self._turn:
            yield

    def _renew_for_ever(self) -> None:
        while not self._ended.wait(RENEW_EVERY):
            self._renew()

    def _renew(self) -> None:
        asked_at = time.monotonic()
        try:
            with self._turn:
                renewed = renew(self._token, timezone.now())
        except DatabaseError:
            renewed = 0
        finally:
            connection.close()
        if renewed:
            self._valid_until = asked_at + LEASE.total_seconds()


def renew(token: str, now: datetime) -> int:
    """Prolong the lease of the rows still held under ``token``; return how many."""
    held = OutgoingMail.objects.filter(
        claim_token=token, state__in=[OutgoingMail.State.CLAIMED, OutgoingMail.State.SENDING]
    )
    return held.update(lease_until=now + LEASE)
