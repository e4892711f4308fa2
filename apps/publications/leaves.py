"""What a reader sees of one page of a version: the picture with its text over it, or the paragraphs of a DOCX."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.publications.models import Version, VersionPage

# A DOCX has no pages: so many paragraphs stand on one here.
PARAGRAPHS = 60
# Where a line of letters stands in its box, measured from above.
_BASELINE = 0.8


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text on a picture, as the attributes of SVG want it: numbers with a point, whatever the language."""

    x: str
    y: str
    size: str
    length: str
    turn: str
    text: str


@dataclass(frozen=True)
class Leaf:
    """One page of a version. ``row`` is None where there is nothing to draw: of a DOCX, or while it is not read."""

    version: Version
    number: int
    row: VersionPage | None

    @cached_property
    def total(self) -> int:
        if self.version.pages is not None:
            return self.version.pages
        return max(1, -(-len(self.every_paragraph) // PARAGRAPHS))

    @property
    def is_there(self) -> bool:
        return 1 <= self.number <= self.total

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.total else None

    @property
    def is_waiting(self) -> bool:
        return self.row is None and self.version.reading == Version.Reading.WAITING

    @property
    def view_box(self) -> str:
        return f"0 0 {self.row.width:g} {self.row.height:g}" if self.row else ""

    @property
    def size(self) -> tuple[str, str]:
        return (f"{self.row.width:g}", f"{self.row.height:g}") if self.row else ("0", "0")

    @cached_property
    def runs(self) -> list[Run]:
        return [run_of(*each) for each in self.row.runs] if self.row else []

    @property
    def paragraphs(self) -> Iterable[tuple[int, str]]:
        """The paragraphs on this page, with their numbers in the whole text."""
        first = (self.number - 1) * PARAGRAPHS
        return list(enumerate(self.every_paragraph, start=1))[first : first + PARAGRAPHS]

    @cached_property
    def every_paragraph(self) -> list[str]:
        return self.version.text.split("\n") if self.version.text else []


def run_of(x: float, y: float, width: float, height: float, text: str) -> Run:
    """Return how a piece of text is written: along its box, which stands upright where the page was turned."""
    is_upright = height > 2 * width and len(text) > 2
    size, length = (width, height) if is_upright else (height, width)
    if is_upright:
        x, turn = x + (1 - _BASELINE) * width, f"rotate(90 {x + (1 - _BASELINE) * width:g} {y:g})"
    else:
        y, turn = y + _BASELINE * height, ""
    return Run(f"{x:g}", f"{y:g}", f"{max(size, 1):g}", f"{max(length, 1):g}", turn, text)


def leaf_of(version: Version, number: int) -> Leaf:
    """Return one page of a version. At most one query; of a DOCX ``text`` has to be loaded."""
    rows: Any = version.page_set.filter(number=number) if version.pages is not None else []
    return Leaf(version, number, next(iter(rows[:1]), None))
