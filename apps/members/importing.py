"""Reading a list of people from a CSV file: every fault named by line, column and reason, good rows kept.

Pure: text in, rows and remarks out. What it needs to know of the database comes in as ``Known``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.lines import one_line
from apps.core.refused import Refused
from apps.members.importcells import COLUMNS, CellFault, Known, read_cell

LARGEST_CELL = 64 * 1024 * 1024
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about one line of the file. ``column`` is empty where the whole row is meant."""

    line: int
    column: str
    reason: str | Promise

    def __str__(self) -> str:
        place = _("line %(line)s") % {"line": self.line}
        return f"{place}, {self.column}: {self.reason}" if self.column else f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One good row: the fields of an invitation, and the topics' ids."""

    line: int
    address: str
    values: dict[str, Any]
    topic_ids: list[int]


@dataclass(slots=True)
class Reading:
    """What a file came to. ``faults`` are rows left out, ``duplicates`` skipped, ``hints`` only said."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
    duplicates: list[Remark] = field(default_factory=list)
    hints: list[Remark] = field(default_factory=list)
    faulty_lines: int = 0


def read(content: bytes, known: Known) -> Reading:
    """Return what the file says. Raises Refused when it is no table with an ``email`` column at all."""
    reading = Reading()
    lines = _lines(_decoded(content))
    header = _header(lines, reading)
    seen: dict[str, int] = {}
    for line, cells in lines:
        if len(cells) > len(header):
            _leave_out(reading, [Remark(line, "", _more_cells(len(cells), len(header)))])
            continue
        _read_row(line, dict(zip(header, cells, strict=False)), known, reading, seen)
    return reading


def _read_row(line: int, cells: Mapping[str, str], known: Known, reading: Reading, seen: dict[str, int]) -> None:
    values: dict[str, Any] = {}
    faults = []
    for column in COLUMNS:
        try:
            values[column], hint = read_cell(column, cells.get(column, ""), known)
        except CellFault as fault:
            faults.append(Remark(line, column, str(fault)))
        else:
            if hint:
                reading.hints.append(Remark(line, column, hint))
    if faults:
        _leave_out(reading, faults)
    elif values["email"] in seen:
        first = {"address": values["email"], "line": seen[values["email"]]}
        reading.duplicates.append(Remark(line, "email", _("%(address)s stands in line %(line)s already.") % first))
    else:
        address = values.pop("email")
        seen[address] = line
        reading.rows.append(Row(line, address, values, values.pop("topics")))


def _leave_out(reading: Reading, faults: list[Remark]) -> None:
    reading.faults += faults
    reading.faulty_lines += 1


def _more_cells(count: int, expected: int) -> str:
    return _("this row has %(count)s cells, the header only %(expected)s. Is a text with the separator not quoted?") % {
        "count": count,
        "expected": expected,
    }


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(_("This file is UTF-16. Save it as “CSV UTF-8”."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    raise Refused(_("This file is neither UTF-8 nor Windows-1252 text. Save it as “CSV UTF-8”."))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, cells) of each row that is not empty."""
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as fault:
        raise Refused(_("line %(line)s can not be read as CSV: %(fault)s") % {"line": line, "fault": fault}) from fault


def _header(lines: Iterator[tuple[int, list[str]]], reading: Reading) -> list[str]:
    line, cells = next(lines, (1, []))
    header = [one_line(cell).lower().replace(" ", "_") for cell in cells]
    if "email" not in header:
        raise Refused(_("The first line must name the columns, with “email” among them."))
    for position, name in enumerate(header):
        if name in COLUMNS and name in header[:position]:
            raise Refused(_("The column “%(name)s” is there twice.") % {"name": name})
        if name not in COLUMNS:
            reading.hints.append(Remark(line, name[:_SHOWN], _("this column is not known and was not read.")))
    return header
