"""What the living database knows, kept on disk while it is replaced: one file of JSON lines for each carrier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Self

from apps.core import carryover
from apps.core.carryover import Kept, Record


class Spool:
    """Collects from the database that is about to go, and applies to the restored one. The files have no names."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._files: dict[str, IO[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def collect(self, taken_at: datetime) -> None:
        """Write down what every carrier wants to keep."""
        for label, (collect, _apply) in carryover.carriers().items():
            self._write(label, collect(taken_at))

    def apply(self) -> Iterator[str]:
        """Hand each carrier its records; yields what they say they did."""
        for label, (_collect, apply) in carryover.carriers().items():
            yield from apply(self._read(label))

    def _write(self, label: str, records: Kept) -> None:
        file = self._stack.enter_context(TemporaryFile("w+", encoding="utf-8"))  # noqa: SIM115 - closed with the stack
        self._files[label] = file
        for record in records:
            file.write(f"{json.dumps(record, default=str)}\n")

    def _read(self, label: str) -> Iterator[Record]:
        file = self._files[label]
        file.seek(0)
        return map(json.loads, file)
