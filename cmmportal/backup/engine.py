"""Which way the present database is copied out and built anew."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, cast

from django.db import connection

from cmmportal.backup import postgres, sqlite
from cmmportal.backup.archive import ArchiveReader, ArchiveWriter


class Engine(Protocol):
    """What both modules offer."""

    def dump(self, archive: ArchiveWriter, folder: Path) -> None: ...

    def sole_use(self) -> AbstractContextManager[None]: ...

    def replacement(self, archive: ArchiveReader) -> AbstractContextManager[None]: ...


def engine() -> Engine:
    """Return the module for the database in use."""
    return cast("Engine", {"sqlite": sqlite, "postgresql": postgres}[connection.vendor])
