"""A filled-in matrix: which column is which, what each row says, and what is wrong with it, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.lines import validate_lines
from apps.core.sheetfiles import MAX_ROWS, Cell, Sheet
from apps.publications.matrix import COLUMNS, Column
from apps.publications.models import Circulation, DraftComment
from apps.publications.quotes import tidy_quote

# How far down the headings may stand: templates begin with a title, a date, the document's number.
_HEADINGS_WITHIN = 15
_FOOTNOTES = " 0123456789*/"
_EXPLAINS = re.compile(r"\s*\(.*| (?:by|of) the \w+\s*$")
_KINDS = {
    "": "ge",
    "ge": "ge",
    "g": "ge",
    "general": "ge",
    "te": "te",
    "t": "te",
    "technical": "te",
    "ed": "ed",
    "e": "ed",
    "editorial": "ed",
}
_PLACES = frozenset({"line", "section", "paragraph", "page", "kind"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet comes to. ``texts`` can become drafts; ``faults`` are (row, sentence); ``missing`` are columns."""

    texts: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def read_comments(sheet: Sheet, circulation: Circulation) -> Reading:
    """Return what the rows say. Raises ValidationError where no headings, or too many rows, make it no matrix.

    Columns are found by their headings, in any order. The commenter and the observations are left aside: who comments
    is who sends, and what became of it is not theirs to say.
    """
    heading, columns = _headings(sheet)
    sheet = _spread_merged(sheet, heading, columns)
    rows = [(number, cells) for number, cells in sheet.rows.items() if number > heading]
    if len(rows) > MAX_ROWS:
        raise ValidationError(_("This sheet has more than 2,000 rows of comments. Please send them in several files."))
    known = {column.field for column in columns.values()}
    reading = Reading(missing=[str(each.header) for each in COLUMNS[:7] if each.field and each.field not in known])
    for number, cells in rows:
        _read_row(reading, number, {column.field: _at(cells, at) for at, column in columns.items()}, circulation)
    if not reading.texts and not reading.faults:
        raise ValidationError(_("There is no row with a comment below the headings."))
    return reading


def _headings(sheet: Sheet) -> tuple[int, dict[int, Column]]:
    """Return the row of the headings, and which column (from 0) holds what. The comment's must be there."""
    for number, cells in sheet.rows.items():
        if number > _HEADINGS_WITHIN:
            break
        found = _named([cell.text for cell in cells])
        if len(found) > 1 and any(column.field == "comment" for column in found.values()):
            return number, found
    raise ValidationError(
        _("No headings were found. The first rows need one with “Comment” and others as in the template.")
    )


def _named(headings: list[str]) -> dict[int, Column]:
    """Return which column (from 0) holds what. A name that explains itself counts where no plain one does."""
    found: dict[int, Column] = {}
    for plain in (False, True):
        for at, heading in enumerate(headings):
            column = _column(heading, plain=plain)
            if column is not None and column.field and at not in found and column not in found.values():
                found[at] = column
    return dict(sorted(found.items()))


def _column(heading: str, *, plain: bool) -> Column | None:
    """Line breaks, footnote figures and case do not count: templates write "Type of comment²". Made ``plain``, neither
    does what explains the name: "Line number (e.g. 17)", "Observations of the secretariat".
    """
    words = " ".join(normalize("NFKC", heading).casefold().split()).replace(" / ", "/").replace("/ ", "/")
    words = (_EXPLAINS.sub("", words) if plain else words).rstrip(_FOOTNOTES)
    for column in COLUMNS:
        if words in {str(column.header).casefold(), column.slug, *column.names}:
            return column
    return None


def _spread_merged(sheet: Sheet, heading: int, columns: dict[int, Column]) -> Sheet:
    """Have a place that stands in merged cells count for each of their rows."""
    rows = dict(sheet.rows)
    for top, left, bottom, _right in sheet.merged:
        column = columns.get(left - 1)
        if top <= heading or column is None or column.field not in _PLACES or top not in rows:
            continue
        value = _at(rows[top], left - 1)
        for number in range(top + 1, min(bottom, top + MAX_ROWS) + 1):
            if number in rows:
                rows[number] = [*rows[number][: left - 1], value, *rows[number][left:]]
    return Sheet(rows)


def _at(cells: list[Cell], at: int) -> Cell:
    return cells[at] if at < len(cells) else Cell("")


def _read_row(reading: Reading, number: int, row: dict[str, Cell], circulation: Circulation) -> None:
    if not any(cell.text for name, cell in row.items() if name not in _PLACES) and not _has_place(row):
        return
    faults = list(_faults_of_cells(row))
    text = {name: cell.text for name, cell in row.items()}
    if not faults:
        faults = list(_settle(text, circulation))
    if faults:
        reading.faults.extend((number, fault) for fault in faults)
    else:
        reading.texts.append(text)


def _has_place(row: dict[str, Cell]) -> bool:
    return any(cell.text for name, cell in row.items() if name in _PLACES and name != "kind")


def _faults_of_cells(row: dict[str, Cell]) -> Iterator[str]:
    for name, cell in row.items():
        label = _label(name)
        if cell.made == "formula":
            yield _("%(column)s: this is a formula. Write what it shall say as text.") % {"column": label}
        elif cell.made == "date":
            yield _("%(column)s: the spreadsheet made a date of this. Format the cell as text and write it anew.") % {
                "column": label
            }
    if not row["comment"].text:
        yield _("There is no comment in this row. Merged cells hold their text in the first row only: split them.")


def _settle(text: dict[str, Any], circulation: Circulation) -> Iterator[str]:
    """Bring the row's text into the form of a draft; yield what is wrong with it."""
    kind = _KINDS.get(text.get("kind", "").casefold())
    if kind is None:
        yield _("%(column)s: write ge, te or ed.") % {"column": _label("kind")}
    text["kind"] = kind or "ge"
    page = text.pop("page", "")
    if page:
        last = circulation.version.pages or 0
        if not (page.isascii() and page.isdigit() and len(page) < 10 and 1 <= int(page) <= last):
            yield _("%(column)s: this version has %(count)d pages.") % {"column": _label("page"), "count": last}
            return
        text["page"] = int(page)
    if "quote" in text:
        text["quote"] = tidy_quote(text["quote"])
    for name in ("line", "section", "paragraph"):
        if name in text:
            text[name] = " ".join(text[name].split())
    yield from _faults_of_fields(text)


def _faults_of_fields(text: dict[str, Any]) -> Iterator[str]:
    draft = DraftComment(**text)
    try:
        draft.clean_fields(exclude={"circulation", "member"})
    except ValidationError as fault:
        for name, sentences in fault.message_dict.items():
            yield from (f"{_label(name)}: {sentence}" for sentence in sentences)
    for name in ("comment", "proposed_change"):
        try:
            validate_lines(text.get(name, ""))
        except ValidationError as fault:
            yield f"{_label(name)}: {fault.messages[0]}"


def _label(name: str) -> str:
    return next((str(column.header) for column in COLUMNS if column.field == name), name)
