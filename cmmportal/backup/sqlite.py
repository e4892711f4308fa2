"""SQLite: the archive holds a compact copy of the database file; a restore builds a new file beside and swaps it in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import OperationalError, connection

from apps.core.refused import Refused
from cmmportal.backup.archive import ArchiveReader, ArchiveWriter
from cmmportal.backup.disk import sync
from cmmportal.backup.leftout import TABLES

PART = "database/portal.sqlite3"
SIDE_FILES = ("-wal", "-shm", "-journal")


def dump(archive: ArchiveWriter, folder: Path) -> None:
    """Write one snapshot of the database; who writes meanwhile is not stopped. ``folder`` has room for a copy.

    VACUUM INTO reads in one transaction and copies live rows only, so nothing deleted comes along.
    """
    with TemporaryDirectory(dir=folder, prefix="database-") as room:
        copy = Path(room) / "portal.sqlite3"
        copy.touch(mode=0o600)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        archive.manifest.tables = _strip(copy)
        with archive.part(PART) as part, copy.open("rb") as source:
            part.copy(source)


def _strip(copy: Path) -> dict[str, dict[str, Any]]:
    """Empty, with zeros, what does not go into a backup; return how many rows each table has."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=ON")
        tables = _tables(database)
        for table in TABLES.intersection(tables):
            database.execute(f'DELETE FROM "{table}"')  # noqa: S608  a name of ours
        return {table: {"rows": _count(database, table)} for table in tables}


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in rows)


def _count(database: sqlite3.Connection, table: str) -> int:
    return database.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608  from the schema itself


@contextmanager
def sole_use() -> Iterator[None]:
    """Have the database for ourselves; refuses while another process has it open.

    Leaving WAL mode works for the only connection there is, and puts everything into the one file.
    """
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=1000")
        try:
            cursor.execute("PRAGMA journal_mode=DELETE")
        except OperationalError as fault:
            raise Refused("Another process has the database open; stop the portal first.") from fault
    yield


@contextmanager
def replacement(archive: ArchiveReader) -> Iterator[None]:
    """Inside the block the connection is that of the restored database; it takes the old one's place at the end.

    Whatever goes wrong before, the old file is as it was.
    """
    place = Path(connection.settings_dict["NAME"])
    numbers = _last_numbers(place)
    fresh = place.with_name(f".{place.name}.restoring")
    _remove(fresh)
    try:
        archive.extract(PART, fresh)
        with _pointed_at(fresh):
            _check(archive)
            yield
            _raise_numbers(numbers)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=DELETE")
        sync(fresh)
        fresh.replace(place)
        sync(place.parent)
    finally:
        _remove(fresh)


@contextmanager
def _pointed_at(path: Path) -> Iterator[None]:
    place = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = path
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = place


def _check(archive: ArchiveReader) -> None:
    """Refuse a database file that is broken or does not hold what the manifest says."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        sound = cursor.fetchall() == [("ok",)]
        cursor.execute("PRAGMA foreign_key_check")
        sound = sound and not cursor.fetchall()
        for table, known in archive.manifest.tables.items():
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  quoted
            sound = sound and cursor.fetchone() == (known["rows"],)
    if not sound:
        raise Refused("It is damaged: the database in it is not sound.")


def _last_numbers(place: Path) -> list[tuple[str, int]]:
    """Return the highest row number each table has ever given."""
    with closing(sqlite3.connect(place)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
            return []
        return database.execute("SELECT name, seq FROM sqlite_sequence").fetchall()


def _raise_numbers(numbers: list[tuple[str, int]]) -> None:
    """Never give a number twice: an old link or note would lead to something new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        restored = dict(cursor.fetchall())
        higher = [(table, number) for table, number in numbers if number > restored.get(table, 0)]
        cursor.executemany("DELETE FROM sqlite_sequence WHERE name = %s", [(table,) for table, _number in higher])
        cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", higher)


def _remove(path: Path) -> None:
    for name in (path.name, *(f"{path.name}{end}" for end in SIDE_FILES)):
        path.with_name(name).unlink(missing_ok=True)
