"""Cells of a CSV file that a spreadsheet opens: text stays text, and the file says it is UTF-8."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

# What begins with one of these is run as a formula (OWASP, "CSV Injection"); the full-width ones are read as the plain
# ones where Chinese and Japanese are written. A program that takes the semicolon or the tab for the separator cuts a
# cell there, in quotes or not, so what follows one begins a cell as well.
_FORMULA = re.compile(r"""^(?=[\t\r\n]|\s*[=+\-@＝＋－＠])|(?<=[;\t\r\n])(?=[\s"]*[=+\-@＝＋－＠])""")
_FORMULA_START = re.compile(r"^(?=[\t\r\n]|\s*[=+\-@＝＋－＠])")
_DEFUSED = re.compile(r"(?:^|(?<=[;\t\r\n]))'(?=[\t\r\n]|[\s\"]*[=+\-@＝＋－＠])")
_BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file that hands back each line instead of keeping it, as Django's documentation streams CSV."""

    def write(self, line: str) -> str:
        return line


def safe_cell(value: Any) -> str:
    """Return the value as text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous start."""
    return _FORMULA.sub("'", "" if value is None else str(value))


def safe_start(value: Any) -> str:
    """Return the value for a cell of a workbook, where nothing but its beginning can make it a formula."""
    return _FORMULA_START.sub("'", "" if value is None else str(value))


def plain_cell(text: str) -> str:
    """Return a cell that was made safe as it was before."""
    return _DEFUSED.sub("", text)


def csv_lines(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file with a byte order mark, so that Excel reads names as they are written.

    Every cell stands in quotes, so a program that heeds them cuts none, whatever it takes for the separator.
    """
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield _BYTE_ORDER_MARK
    yield writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_download(filename: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Answer with the rows as a file to save. ``filename`` is plain ASCII without quotes, such as a slug."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
