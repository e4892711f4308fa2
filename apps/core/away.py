"""Telling a database that is away, which comes back, from a fault of the work at hand."""

from __future__ import annotations

from django.db import InterfaceError, InternalError, OperationalError

# PostgreSQL has ended the session because it stood still within a transaction: a process that was held, or asleep.
# (https://www.postgresql.org/docs/current/errcodes-appendix.html)
_IDLE_IN_TRANSACTION = "25P03"


def is_away(fault: BaseException | None) -> bool:
    """Whether the fault says that the database did not answer, or hung up: the same may be tried again."""
    if isinstance(fault, OperationalError | InterfaceError):
        return True
    return isinstance(fault, InternalError) and getattr(fault.__cause__, "sqlstate", "") == _IDLE_IN_TRANSACTION
