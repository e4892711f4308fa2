"""PostgreSQL: the archive holds each table as COPY writes it; a restore builds everything anew in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from apps.core.refused import Refused
from cmmportal.backup.archive import BLOCK, ArchiveReader, ArchiveWriter
from cmmportal.backup.leftout import TABLES

FOLDER = "database/"

_PATIENT = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


def dump(archive: ArchiveWriter, folder: Path) -> None:
    """Write every table as one snapshot sees it; who writes meanwhile is not stopped. Needs no room beside."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_PATIENT)
        for table in sorted(connection.introspection.table_names(cursor)):
            archive.manifest.tables[table] = _dump_table(archive, cursor, table)


def _dump_table(archive: ArchiveWriter, cursor: Any, table: str) -> dict[str, Any]:
    """Write one table; rows that do not go into a backup are left out, so its part is empty."""
    cursor.execute(_COLUMNS, [_quote(table)])
    columns = [name for (name,) in cursor.fetchall()]
    rows = 0
    with archive.part(f"{FOLDER}{table}.copy") as part:
        if table not in TABLES:
            with connection.wrap_database_errors, cursor.copy(f"COPY {_listed(table, columns)} TO STDOUT") as source:
                for block in source:
                    part.write(block)
                    rows += bytes(block).count(b"\n")  # a line break inside a value is written as \n
    return {"rows": rows, "columns": columns}


@contextmanager
def sole_use() -> Iterator[None]:
    """Refuse while anybody else is connected to the database."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        others = cursor.fetchone()[0]
    if others:
        raise Refused(f"The database has {others} other connections; stop the portal first.")
    yield


@contextmanager
def replacement(archive: ArchiveReader) -> Iterator[None]:
    """Inside the block the database is the restored one; with the end of the block it is so for everybody.

    One transaction, so whatever goes wrong before leaves the old database as it was.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PATIENT)
        numbers = _last_numbers(cursor)
        _drop_all(cursor)
        _build(archive.manifest.migrations)
        _fill(archive, cursor)
        # COPY does not count on, and the block makes new rows.
        _raise_numbers(cursor, numbers)
        # Checks every foreign key now, and lets the migrations that follow change the tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        _raise_numbers(cursor, numbers)


def _drop_all(cursor: Any) -> None:
    tables = connection.introspection.table_names(cursor)
    if tables:
        cursor.execute(f"DROP TABLE {', '.join(map(_quote, tables))} CASCADE")


def _build(migrations: list[list[str]]) -> None:
    """Make the tables as they were when the backup was taken: each application's last migration of then."""
    executor = MigrationExecutor(connection)
    applied = {(app, name) for app, name in migrations}
    nodes = executor.loader.graph.node_map
    last = [
        key
        for key in sorted(applied & nodes.keys())
        if not any(child.key[0] == key[0] and child.key in applied for child in nodes[key].children)
    ]
    executor.migrate(last)


def _fill(archive: ArchiveReader, cursor: Any) -> None:
    """Replace all rows by those of the archive; what the migrations wrote is in there as well."""
    present = set(connection.introspection.table_names(cursor))
    # The tables come in the order of their names, not of their foreign keys.
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    cursor.execute(f"TRUNCATE {', '.join(map(_quote, sorted(present)))}")
    for table, known in archive.manifest.tables.items():
        if known["rows"] and table in present:
            with archive.open(f"{FOLDER}{table}.copy") as source:
                rows = _load_table(cursor, _listed(table, known["columns"]), source)
            if rows != known["rows"]:
                raise Refused(f"It is damaged: {table} has {rows} rows where there were {known['rows']}.")
        elif known["rows"]:
            raise Refused(f"It holds a table that this portal does not know: {table}.")


def _load_table(cursor: Any, listed: str, source: IO[bytes]) -> int:
    with connection.wrap_database_errors, cursor.copy(f"COPY {listed} FROM STDIN") as target:
        while block := source.read(BLOCK):
            target.write(block)
    return cursor.rowcount


def _last_numbers(cursor: Any) -> dict[tuple[str, str], int]:
    """Return the highest row number each table has ever given, by (table, column)."""
    found = {}
    for table in connection.introspection.table_names(cursor):
        for sequence in connection.introspection.get_sequences(cursor, table):
            cursor.execute(f"SELECT last_value FROM {_quote(sequence['name'])}")  # noqa: S608  quoted
            found[table, sequence["column"]] = cursor.fetchone()[0]
    return found


def _raise_numbers(cursor: Any, numbers: dict[tuple[str, str], int]) -> None:
    """Go on counting after every number given here or in the backup: an old link must not lead to something new."""
    for table in connection.introspection.table_names(cursor):
        for sequence in connection.introspection.get_sequences(cursor, table):
            column = sequence["column"]
            cursor.execute(f"SELECT COALESCE(MAX({_quote(column)}), 0) FROM {_quote(table)}")  # noqa: S608  quoted
            highest = max(cursor.fetchone()[0], numbers.get((table, column), 0))
            if highest:
                cursor.execute("SELECT setval(%s::regclass, %s)", [_quote(sequence["name"]), highest])


def _listed(table: str, columns: list[str]) -> str:
    return f"{_quote(table)} ({', '.join(map(_quote, columns))})"


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
