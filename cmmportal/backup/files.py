"""The uploaded files: everything below MEDIA_ROOT, copied after the database so that no row is without its file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from cmmportal.backup.archive import ArchiveReader, ArchiveWriter
from cmmportal.backup.disk import sync

FOLDER = "files/"


def dump(archive: ArchiveWriter) -> int:
    """Write every file; one that is deleted meanwhile is not missed. Returns how many."""
    count = 0
    for path in _files(settings.MEDIA_ROOT):
        try:
            source = path.open("rb")
        except FileNotFoundError:
            continue
        name = path.relative_to(settings.MEDIA_ROOT).as_posix()
        with source, archive.part(f"{FOLDER}{name}") as part:
            part.copy(source)
        count += 1
    return count


@contextmanager
def replacement(archive: ArchiveReader) -> Iterator[Callable[[], None]]:
    """Write the archive's files beside the present ones; the block calls what it gets to have them take their place.

    A fault after that puts the present ones back. What a killed restore had moved away is put back first.
    """
    place = Path(settings.MEDIA_ROOT)
    staged, old = place.with_name(f".{place.name}.restoring"), place.with_name(f".{place.name}.replaced")
    if not place.exists():
        _put_back(place, old, staged)
    _clear(place, old, staged)
    try:
        _extract(archive, staged)
        yield lambda: _swap(place, old, staged)
    except BaseException:
        _put_back(place, old, staged)
        raise
    finally:
        _clear(place, old, staged)


def _swap(place: Path, old: Path, staged: Path) -> None:
    place.mkdir(mode=0o700, exist_ok=True)
    place.rename(old)
    staged.rename(place)
    sync(place.parent)


def _put_back(place: Path, old: Path, staged: Path) -> None:
    if old.exists():
        if place.exists():
            place.rename(staged)
        old.rename(place)


def _clear(place: Path, old: Path, staged: Path) -> None:
    """Remove the leftovers; the old files only when something has taken their place."""
    shutil.rmtree(staged, ignore_errors=True)
    if place.exists():
        shutil.rmtree(old, ignore_errors=True)


def _extract(archive: ArchiveReader, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in sorted(name for name in archive.names() if name.startswith(FOLDER)):
        target = folder / name.removeprefix(FOLDER)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        archive.extract(name, target)
        target.chmod(settings.FILE_UPLOAD_PERMISSIONS)


def _files(folder: Path) -> Iterator[Path]:
    """Plain files only: a link could lead anywhere."""
    for place, _folders, names in folder.walk():
        for name in sorted(names):
            path = place / name
            if path.is_file() and not path.is_symlink():
                yield path
