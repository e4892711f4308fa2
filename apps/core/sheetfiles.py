"""Tables that people send: XLSX, opened in a process of its own, or CSV. What comes out is rows of text."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File

from apps.core.cells import plain_cell
from apps.core.reading.process import verdict_of
from apps.core.refusals import sentence

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 2000
_LARGEST_CELL = 100_000
_READER_SECONDS = 20
_HEADROOM = 20
_PACKED, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. ``made``: "formula" or "date" where a program made it of what was typed, else ""."""

    text: str
    made: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows by number as the sheet counts them, empty ones left out; and which cells are one: first and last corner."""

    rows: dict[int, list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_sheet(upload: File) -> Sheet:
    """Return what a table holds, or raise ValidationError with a sentence. Not to be called in a transaction.

    A hostile file takes some seconds at most, and memory of a process that ends.
    """
    head = upload.read(8)
    upload.seek(0)
    kind = "xlsx" if head.startswith(_PACKED) else "csv"
    if (upload.size or 0) > MAX_BYTES:
        raise _refusal("large", kind)
    if head == _COMPOUND:
        raise _refusal("old", "xlsx")
    return _read_xlsx(upload) if kind == "xlsx" else _read_csv(upload.read())


def _read_xlsx(upload: File) -> Sheet:
    with tempfile.TemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        verdict = verdict_of("apps.core.reading.xlsx", copy, seconds=_READER_SECONDS)
    if "fault" in verdict:
        raise _refusal(verdict["fault"], "xlsx")
    rows = {number: [_cell(value) for value in cells] for number, cells in verdict["rows"]}
    return Sheet(rows, [tuple(corners) for corners in verdict["merged"]])


def _cell(value: str | dict[str, str]) -> Cell:
    if isinstance(value, str):
        return Cell(_unquoted(value))
    [(made, text)] = value.items()
    return Cell(text, made)


def _unquoted(text: str) -> str:
    """Take away the apostrophe that our own files put before what looks like a formula."""
    return text[1:] if text.startswith("'") and plain_cell(text[:2]) != text[:2] else text


def _read_csv(content: bytes) -> Sheet:
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(StringIO(text, newline=""), _dialect(text)))
    except UnicodeDecodeError:
        raise _refusal("broken", "csv") from None
    except csv.Error:  # What Python refuses here is a cell beyond its own limit, which is one for the whole process.
        raise _refusal("wide", "csv") from None
    if any(len(cell) > _LARGEST_CELL for line in lines for cell in line):
        raise _refusal("wide", "csv")
    if "\x00" in text:
        raise _refusal("broken", "csv")
    rows = {
        number: [Cell(plain_cell(cell).strip()) for cell in line]
        for number, line in enumerate(lines, start=1)
        if any(cell.strip() for cell in line)
    }
    if not rows:
        raise _refusal("empty", "csv")
    if len(rows) > MAX_ROWS + _HEADROOM:
        raise _refusal("long", "csv")
    return Sheet(rows)


def _dialect(text: str) -> Any:
    """By which sign of the first line separates most: where the comma is the decimal sign, the semicolon does."""
    first = text.partition("\n")[0]

    class Dialect(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Dialect


def _refusal(fault: str, kind: str) -> ValidationError:
    return ValidationError(str(sentence(fault, kind)), code=fault)
