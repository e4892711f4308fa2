"""The comment-resolution matrix read again by other programs, and what it has to say by the rows of the database."""

import csv
import io
import re
from zipfile import ZipFile

from docx import Document
from openpyxl import load_workbook

# The columns of the ISO template (ISO/IEC Directives, Part 1), then our own two.
HEADERS = [
    "Commenter",
    "Line",
    "Clause/Subclause",
    "Paragraph/Figure/Table",
    "Type",
    "Comment",
    "Proposed change",
    "Observations",
    "Page",
    "Selected text",
]
SAID = {"accepted": "Accepted.", "partly": "Accepted in part.", "noted": "Noted.", "not_accepted": "Not accepted."}


def cells_of(row, *, is_public):
    """One row of the matrix from a row of the database."""
    is_naming = row["attribution"] in ("name", "organisation")
    done = f"Done in version {row['resolved_in__number']}." if row["resolved_in__number"] else ""
    observations = " ".join(part for part in (SAID[row["disposition"]], row["reason"], done) if part)
    anchor = [row["line"], row["section"], row["paragraph"], row["kind"]]
    said = [row["comment"], row["proposed_change"], observations]
    return ["" if is_public and is_naming else row["label"], *anchor, *said, str(row["page"] or ""), row["quote"]]


def defused(cells):
    """What spreadsheets would run begins with an apostrophe in a workbook."""
    return [re.sub(r"^(?=\s*[=+\-@])", "'", cell) for cell in cells]


def read_xlsx(content):
    [sheet] = load_workbook(io.BytesIO(content)).worksheets
    rows = list(sheet.iter_rows())
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    return [[cell.value or "" for cell in row] for row in rows]


def read_docx(content):
    [table] = Document(io.BytesIO(content)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


READERS = {"xlsx": (read_xlsx, defused), "docx": (read_docx, list), "csv": (read_csv, defused)}


def parts_of(content):
    """Every part of a file, names and properties included, as one text."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(f"{name} {archive.getinfo(name)} {archive.read(name)}" for name in archive.namelist())
