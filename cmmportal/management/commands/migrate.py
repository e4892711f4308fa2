"""Django's `migrate`, which says so where nobody answers, gives up in time where somebody holds a table, and is not
cut off in a long change.

The settings' statement timeout is for pages. A migration that waits for a lock makes every page behind it wait too, so
it waits only for as long as a page would.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoCommand
from django.db import Error, OperationalError, connections, transaction

LOCK_TIMEOUT_SECONDS = 5
LOCK_NOT_AVAILABLE = "55P03"


class Command(DjangoCommand):
    def execute(self, *args: Any, **options: Any) -> Any:
        _connect(options["database"])
        try:
            _prepare(options["database"])
            return super().execute(*args, **options)
        except OperationalError as fault:
            if not _is_held(fault):
                raise
            raise CommandError(
                "Somebody holds a table for too long, so the migration at hand gave up and changed nothing. Try again "
                "later; on PostgreSQL pg_stat_activity shows who it is."
            ) from fault


def _connect(alias: str) -> None:
    """Say in one line, naming the variable, that the database does not answer."""
    connection = connections[alias]
    try:
        connection.ensure_connection()
    except Error as fault:
        name = "DATABASE_URL" if connection.vendor == "postgresql" else "DATA_DIR"
        raise CommandError(f"{name} names a database that cannot be used: {' '.join(str(fault).split())}") from fault


def _is_held(fault: OperationalError) -> bool:
    """Whether somebody else's lock is the cause; PostgreSQL's words depend on its language, its codes do not."""
    return getattr(fault.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE or "database is locked" in str(fault)


def _prepare(alias: str) -> None:
    """Set the time limits; on SQLite look whether anybody writes, which Django's own checks would misread."""
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'; SET statement_timeout = 0")
    else:
        with transaction.atomic(using=alias):
            pass  # Having begun is enough: a transaction takes the lock at once.
