"""The database of a benchmark, as it is some time after its rows were made."""

from django.core.management import call_command
from django.db import connection


def fill(**wanted):
    """Make so many synthetic things, by the names of ``manage.py populate``."""
    call_command("populate", **wanted, verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # As autovacuum does within a minute.
