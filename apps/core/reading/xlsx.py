"""Reads the first sheet of one XLSX: its rows as text, with formulas and dates told from text."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import chain
from typing import Any, BinaryIO
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring, iterparse
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from apps.core.reading.docx import listed, refuse_part, unpack
from apps.core.reading.limits import Fault, read_within_limits

_MEGABYTE = 1024 * 1024
MAX_UNPACKED = 40 * _MEGABYTE
MAX_ROWS = 2000
MAX_COLUMNS = 40
# Nothing is read that stands below so many rows, empty ones included.
MAX_SCANNED = 20_000
MAX_MERGED = 10_000

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MERGED = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"
# What stands above the rows that count: headings, a title, a line of explanation.
_HEADROOM = 20


def read(file: BinaryIO) -> dict[str, Any]:
    """Return ``rows``: [number, cells], without empty ones, and ``merged``: [first row, column, last row, column].

    A cell is its text, or {"formula": …} or {"date": …}: what a program made of what was typed, or would. Columns and
    rows count from 1.
    """
    with ZipFile(file) as package:
        unpacked = 0
        for part in listed(package):
            refuse_part(part)
            unpacked += unpack(package, part, MAX_UNPACKED - unpacked)
        _refuse_types(package)
        book = load_workbook(file, read_only=True, keep_links=False)
        if not book.worksheets:
            raise Fault("empty")
        sheet = book.worksheets[0]
        # Programs write what it was once, or nothing that is true.
        sheet.reset_dimensions()
        return {"rows": list(_rows(sheet)), "merged": list(_merged(package, sheet))}


def _refuse_types(package: ZipFile) -> None:
    if "[Content_Types].xml" not in package.namelist():
        raise Fault("other")
    types = [
        part.get("ContentType", "").casefold()
        for part in fromstring(package.read("[Content_Types].xml"), forbid_dtd=True)
    ]
    if any("macroenabled" in each or "vbaproject" in each for each in types):
        raise Fault("macros")
    if MAIN not in types:
        raise Fault("other")


def _rows(sheet: Any) -> Any:
    count, blank = 0, None
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        # The reader gives the same one for each that is missing; a mark at the very end makes a million of them.
        if row is blank:
            continue
        cells = [_cell(cell) for cell in row]
        if not any(cells):
            blank = row
            continue
        count += 1
        if number > MAX_SCANNED or count > MAX_ROWS + _HEADROOM:
            raise Fault("long")
        yield [number, cells]
    if not count:
        raise Fault("empty")


def _cell(cell: Any) -> str | dict[str, str]:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f" or not isinstance(value, str | int | float | date | time):
        return {"formula": str(value)[:100]}
    if isinstance(value, datetime | date | time):
        return {"date": value.isoformat()[:10]}
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _merged(package: ZipFile, sheet: Any) -> Any:
    """The reader that keeps memory low passes merged cells over, so they are looked for in the sheet itself."""
    path = sheet._worksheet_path  # noqa: SLF001  said nowhere else
    found = 0
    with package.open(path) as opened:
        for _event, element in iterparse(opened, forbid_dtd=True):
            if element.tag == _MERGED and found < MAX_MERGED:
                found += 1
                left, top, right, bottom = chain(range_boundaries(element.get("ref", "")))
                yield [top, left, bottom, right]
            element.clear()


def main() -> None:
    read_within_limits(read)


if __name__ == "__main__":
    main()
