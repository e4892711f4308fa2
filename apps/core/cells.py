"""Cells of a CSV file that a spreadsheet opens: text stays text, and the file says it is UTF-8."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

# A cell that begins with one of these is run as a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file that hands back each line instead of keeping it, as Django's documentation streams CSV."""

    def write(self, line: str) -> str:
        return line


def safe_cell(value: Any) -> str:
    """Return the value as text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous start."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_lines(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file with a byte order mark, so that Excel reads names as they are written."""
    writer = csv.writer(_Echo())
    yield _BYTE_ORDER_MARK
    yield writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_download(filename: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Answer with the rows as a file to save. ``filename`` is plain ASCII without quotes, such as a slug."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
