"""A restore over a living database, played in one transaction."""

from django.db import transaction

from cmmportal.backup.spool import Spool
from tests.make import NOW


def carry_over(change):
    """Change the database, go back as a restore does, and carry over; returns what the operator is told."""
    with Spool() as spool:
        before = transaction.savepoint_create()
        change()
        spool.collect(NOW)
        transaction.savepoint_rollback(before)
        return list(spool.apply())


def update(row, **fields):
    """A change of one row."""
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**fields)
