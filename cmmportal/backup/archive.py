"""One archive: a ZIP file whose parts are written and read as streams, each with its SHA-256 in the manifest."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from apps.core.refused import Refused
from cmmportal.backup.manifest import NAME, Manifest

BLOCK = 1 << 20


class Part:
    """A part being written: takes bytes, keeps their sum and number."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._sum = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes | memoryview) -> None:
        self._target.write(content)
        self._sum.update(content)
        self.size += len(content)

    def copy(self, source: IO[bytes]) -> None:
        """Write all that is left in ``source``."""
        while block := source.read(BLOCK):
            self.write(block)

    @property
    def record(self) -> dict[str, Any]:
        return {"sha256": self._sum.hexdigest(), "bytes": self.size}


class ArchiveWriter:
    """Writes a new archive at ``path`` (mode 0600); the manifest comes last, when all sums are known."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.manifest = manifest
        self._file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()
        self._zip.fp = None  # one given up half-way would still try to write its end when it is collected

    @contextmanager
    def part(self, name: str) -> Iterator[Part]:
        with self._zip.open(name, "w", force_zip64=True) as target:
            part = Part(target)
            yield part
        self.manifest.parts[name] = part.record

    def finish(self) -> None:
        """Write the list of contents, and see to it that everything has reached the disk."""
        self._zip.writestr(NAME, self.manifest.to_json())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())


class ArchiveReader:
    """Reads an archive. Refuses a file that is none, is cut off, or holds anything its manifest does not name."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest = Manifest.from_json(self._zip.read(NAME))
        except (zipfile.BadZipFile, KeyError) as fault:
            raise Refused("It is not a backup of the portal, or it is cut off.") from fault
        except OSError as fault:
            raise Refused(f"It cannot be read: {fault.strerror}.") from fault
        if self.names() != self.manifest.parts.keys() or not all(map(_is_safe, self.names())):
            raise Refused("It holds other parts than its list of contents names.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._zip.close()

    def names(self) -> set[str]:
        return set(self._zip.namelist()) - {NAME}

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)

    def check_sums(self) -> None:
        """Read every part once; refuses the first that is not as it was written."""
        for name, known in self.manifest.parts.items():
            try:
                found = self._sum(name)
            except (zipfile.BadZipFile, EOFError, OSError) as fault:
                raise Refused(f"It is damaged: {name} cannot be read.") from fault
            if found != known["sha256"]:
                raise Refused(f"It is damaged: {name} is not as it was written.")

    def _sum(self, name: str) -> str:
        found = hashlib.sha256()
        with self.open(name) as source:
            while block := source.read(BLOCK):
                found.update(block)
        return found.hexdigest()

    def extract(self, name: str, target: Path) -> None:
        """Write one part to a new file (mode 0600) and have it reach the disk."""
        with (
            self.open(name) as source,
            os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
        ):
            Part(file).copy(source)
            file.flush()
            os.fsync(file.fileno())


def _is_safe(name: str) -> bool:
    """Whether a part's name stays inside the folder it is written to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name
