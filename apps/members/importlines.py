"""From the bytes of a CSV file to its rows, each with the lines it stands in. What can not be read stays in its place.

A byte that is no text becomes a lone surrogate (PEP 383), which ``importcells`` refuses in the one cell that holds it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from apps.core.refused import Refused

LARGEST_CELL = 64 * 1024 * 1024
# Behind the last line, to see whether a quotation mark is open there: no decoder makes this character.
_END = "\ud800"
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row, from line ``first`` to ``last``; ``open_line``, mostly 0: where a quotation mark opens that
    is never closed, so that the last cell is the rest of the file.
    """

    first: int
    last: int
    cells: list[str]
    open_line: int = 0


def decoded(content: bytes) -> str:
    """Return the text: UTF-8 where most of what is not ASCII is, else Windows-1252. Raises Refused for UTF-16."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(_("This file is UTF-16. Save it as “CSV UTF-8”."))
    text = content.decode("utf-8-sig", "surrogateescape")
    broken = sum(not _is_text(character) for character in text if character > "\x7f")
    beyond_ascii = len(content) - len(content.translate(None, bytes(range(0x80, 0x100))))
    if content.startswith(b"\xef\xbb\xbf") or broken * 2 <= beyond_ascii:
        return text
    return content.decode("cp1252", "surrogateescape")


def printable(text: str) -> str:
    """Return the text with question marks for what is none, so that it can be shown."""
    return "".join(character if _is_text(character) else "?" for character in text)


def split(text: str) -> Iterator[Record]:
    """Yield each row that is not empty. Raises Refused where the CSV reader gives up."""
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if cells == [_END]:
                return
            if any(cell.strip() for cell in cells):
                yield _record(cells, line, reader.line_num)
            line = reader.line_num + 1
    except csv.Error as fault:
        raise Refused(_("line %(line)s can not be read as CSV: %(fault)s") % {"line": line, "fault": fault}) from fault


def _record(cells: list[str], first: int, last: int) -> Record:
    if not cells[-1].endswith(_END):
        return Record(first, last, cells)
    broken = sum(len(_LINE_BREAK.findall(cell)) for cell in cells[:-1])
    return Record(first, last - 1, cells, open_line=first + broken)


def _is_text(character: str) -> bool:
    return not "\ud800" <= character <= "\udfff"
