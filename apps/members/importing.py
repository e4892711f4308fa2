"""Reading a list of people from a CSV file: every fault named by line, column and reason, good rows kept.

Pure: text in, rows and remarks out. What it needs to know of the database comes in as ``Known``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.lines import one_line
from apps.core.refused import Refused
from apps.members.importcells import COLUMNS, CellFault, Known, read_cell
from apps.members.importlines import Record, decoded, printable, split

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
    records = split(decoded(content))
    header = _header(records, reading)
    seen: dict[str, int] = {}
    for record in records:
        if record.open_line:
            _leave_out(reading, [_never_closed(record)], count=record.last - record.open_line + 1)
        elif len(record.cells) > len(header):
            _leave_out(reading, [*_reach(record), Remark(record.first, "", _more_cells(record, header))])
        else:
            _read_row(record, dict(zip(header, record.cells, strict=False)), known, reading, seen)
    return reading


def _read_row(record: Record, cells: Mapping[str, str], known: Known, reading: Reading, seen: dict[str, int]) -> None:
    line = record.first
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
        _leave_out(reading, [*_reach(record), *faults])
        return
    reading.hints += _reach(record)
    if values["email"] in seen:
        first = {"address": values["email"], "line": seen[values["email"]]}
        reading.duplicates.append(Remark(line, "email", _("%(address)s stands in line %(line)s already.") % first))
    else:
        address = values.pop("email")
        seen[address] = line
        reading.rows.append(Row(line, address, values, values.pop("topics")))


def _leave_out(reading: Reading, faults: list[Remark], count: int = 1) -> None:
    reading.faults += faults
    reading.faulty_lines += count


def _never_closed(record: Record) -> Remark:
    reason = _("the quotation mark opened in this line is never closed. Nothing from here to line %(last)s was read.")
    return Remark(record.open_line, "", reason % {"last": record.last})


def _reach(record: Record) -> list[Remark]:
    """Say of a row that goes over several lines that it does: a stray quotation mark may have joined what are rows."""
    if record.first == record.last:
        return []
    reason = _("lines %(first)s to %(last)s are one row, because of a text in quotation marks with line breaks.")
    return [Remark(record.first, "", reason % {"first": record.first, "last": record.last})]


def _more_cells(record: Record, header: list[str]) -> str:
    return _("this row has %(count)s cells, the header only %(expected)s. Is a text with the separator not quoted?") % {
        "count": len(record.cells),
        "expected": len(header),
    }


def _header(records: Iterator[Record], reading: Reading) -> list[str]:
    record = next(records, Record(1, 1, []))
    if record.open_line:
        raise Refused(str(_never_closed(record)))
    header = [one_line(cell).lower().replace(" ", "_") for cell in record.cells]
    if "email" not in header:
        raise Refused(_("The first line must name the columns, with “email” among them."))
    reading.hints += _reach(record)
    for position, name in enumerate(header):
        if name in COLUMNS and name in header[:position]:
            raise Refused(_("The column “%(name)s” is there twice.") % {"name": name})
        if name not in COLUMNS:
            unknown = printable(name)[:_SHOWN]
            reading.hints.append(Remark(record.first, unknown, _("this column is not known and was not read.")))
    return header
