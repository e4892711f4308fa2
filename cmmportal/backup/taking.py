"""Taking a backup, while the portal runs or not."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError

from apps.core import keys
from apps.core.leftovers import remove_untouched
from apps.core.refused import Refused
from cmmportal.backup import files
from cmmportal.backup.archive import ArchiveWriter
from cmmportal.backup.disk import sync
from cmmportal.backup.engine import engine
from cmmportal.backup.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds; ``size`` in bytes."""

    rows: int
    files: int
    size: int


_ROOM = ".backup-"
# What a killed backup has left holds the whole database.
STALE_AFTER = timedelta(days=1)


def take(path: Path, now: datetime) -> Taken:
    """Write the archive to ``path``, a new file (mode 0600) that appears only when it is whole.

    Refuses an existing file, a missing folder, a full disk, a wrong key and a database that can not be
    read, and leaves nothing.
    """
    _refuse_taken(path)
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}.")
    remove_untouched(path.parent.glob(f"{_ROOM}*"), now - STALE_AFTER)
    try:
        room = Path(tempfile.mkdtemp(dir=path.parent, prefix=_ROOM))
    except OSError as fault:
        raise Refused(f"{path.parent} cannot be written: {fault.strerror}.") from fault
    try:
        return _write(room, path, now)
    except OSError as fault:
        raise Refused(f"The backup could not be written: {fault.strerror}.") from fault
    except keys.WrongKey as fault:
        raise Refused(f"{fault.name} is not the one this database was written with; give the right one.") from fault
    except DatabaseError as fault:
        raise Refused(f"The database could not be copied: {str(fault).splitlines()[0]}.") from fault
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _write(room: Path, path: Path, now: datetime) -> Taken:
    keys.check()  # first: from here on the present keys' fingerprints are the database's
    draft = room / "archive.zip"
    with ArchiveWriter(draft, Manifest.of_this_portal(now)) as archive:
        engine().dump(archive, room)
        count = files.dump(archive)
        archive.finish()
    _refuse_taken(path)
    draft.rename(path)
    sync(path.parent)
    rows = sum(table["rows"] for table in archive.manifest.tables.values())
    return Taken(rows, count, path.stat().st_size)


def _refuse_taken(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise Refused(f"{path} exists already.")
