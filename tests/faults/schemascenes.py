"""Inside the portal around a migration: how the tables stand."""

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


def columns():
    """{table: its columns}, and the migrations noted as applied."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {
            table: sorted(column.name for column in connection.introspection.get_table_description(cursor, table))
            for table in tables
        }
    return found | {"applied": sorted(map(list, MigrationRecorder(connection).applied_migrations()))}
