"""The matrix as a file: XLSX, DOCX and CSV, each with the same cells in the same order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from apps.core.cells import csv_lines, safe_start
from apps.core.officefiles import bare
from apps.publications.matrix import COLUMNS, ISO_COLUMNS, Column

type Rows = Iterable[list[str]]

# What XML 1.0 can not hold. Forms refuse it; rows that came another way must not break a file.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_MARGIN = Mm(12)

_PARAGRAPH, _RUN, _TEXT, _SPACE = qn("w:p"), qn("w:r"), qn("w:t"), qn("xml:space")
_BREAKS = re.compile(r"([\n\r\t])")
_ELEMENTS = {"\n": qn("w:br"), "\r": qn("w:br"), "\t": qn("w:tab")}


def xlsx(rows: Rows, columns: tuple[Column, ...] = COLUMNS) -> bytes:
    """Return a workbook with one sheet. Every cell is text; what a program might take for a formula is defused."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Comments")
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, str(column.header), Font(bold=True)) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row[: len(columns)]])
    written = BytesIO()
    book.save(written)
    return bare(written.getvalue())


def template() -> bytes:
    """Return the empty matrix to fill in offline: the eight columns of ISO."""
    return xlsx([], ISO_COLUMNS)


def _cell(sheet: object, value: str, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=safe_start(_NO_XML.sub("", value)))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = _WRAPPED
    if font is not None:
        cell.font = font
    return cell


def docx(rows: Rows, *, title: str) -> bytes:
    """Return a document with one table, on its side. Well below a millisecond a row."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    document.styles["Normal"].font.size = Pt(8)
    document.add_heading(_NO_XML.sub("", title), level=1)
    table = document.add_table(rows=2, cols=len(COLUMNS), style="Table Grid")
    _size(table)
    header, pattern = table.rows
    header._tr.get_or_add_trPr().append(header._tr.makeelement(qn("w:tblHeader")))  # noqa: SLF001  no other way
    for cell, column in zip(header.cells, COLUMNS, strict=True):
        cell.text = str(column.header)
    _fill(table, pattern, rows)
    written = BytesIO()
    document.save(written)
    return bare(written.getvalue())


def _fill(table: object, pattern: object, rows: Rows) -> None:
    """Write the rows as copies of one: python-docx looks for each cell in the whole table, and for each letter."""
    body, model = table._tbl, pattern._tr  # type: ignore[attr-defined]  # noqa: SLF001
    body.remove(model)
    for row in rows:
        copy = deepcopy(model)
        for paragraph, value in zip(copy.iter(_PARAGRAPH), row, strict=True):
            _write(paragraph, _NO_XML.sub("", value))
        body.append(copy)


def _write(paragraph: Any, value: str) -> None:
    """Write text into an empty paragraph, breaks and tabs as elements (ECMA-376 part 1, 17.3.3)."""
    run = paragraph.makeelement(_RUN)
    paragraph.append(run)
    for piece in filter(None, _BREAKS.split(value)):
        element = run.makeelement(_ELEMENTS.get(piece, _TEXT))
        run.append(element)
        if piece not in _ELEMENTS:
            element.text = piece
            element.set(_SPACE, "preserve")


def _size(table: object) -> None:
    """Give each column its share of the page."""
    total = sum(column.width for column in COLUMNS)
    for drawn, column in zip(table.columns, COLUMNS, strict=True):  # type: ignore[attr-defined]
        drawn.width = Mm(273 * column.width / total)


def csv(rows: Rows) -> bytes:
    """Return UTF-8 with a byte order mark."""
    return "".join(csv_lines([column.header for column in COLUMNS], rows)).encode()


# By ending: how it is written, and its media type.
_OFFICE = "application/vnd.openxmlformats-officedocument"
WRITERS: dict[str, tuple[Callable[[Rows, str], bytes], str]] = {
    "xlsx": (lambda rows, title: xlsx(rows), f"{_OFFICE}.spreadsheetml.sheet"),
    "docx": (lambda rows, title: docx(rows, title=title), f"{_OFFICE}.wordprocessingml.document"),
    "csv": (lambda rows, title: csv(rows), "text/csv; charset=utf-8"),
}
