"""Where in a text without pages a comment belongs, whose section and paragraph were typed by hand.

Paragraphs are counted from 1 through the whole text, as the page shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

# No heading is longer.
_HEADING = 200
_CALLED = re.compile(r"^(?:section|clause|chapter|annex|§)\.?\s+(?=\S)")
_COUNTED = re.compile(r"(?:paragraph|para|¶|§)?\.?\s*(\d{1,5})")
_OWN_NUMBER = re.compile(r"^[\d.]+\s+")
_NUMBERED = re.compile(r"(\d[\w.]*?)\.?(?![\w.])")


class Outline:
    """The paragraphs of a text, to find places in."""

    def __init__(self, paragraphs: Iterable[str]) -> None:
        self._paragraphs = list(paragraphs)

    def paragraph_of(self, section: str, paragraph: str) -> int | None:
        """Return the number of the paragraph that is meant; None where the text does not tell.

        A paragraph of a section is counted from its heading on: "2.1" and "3" is the third one below that. "Figure 3"
        counts nothing: then it is the heading.
        """
        heading = self._heading_of(_plain(section)) if section.strip() else 0
        if heading is None:
            return None
        counted = _COUNTED.fullmatch(_plain(paragraph))
        found = heading + int(counted[1]) if counted else heading
        return found if 0 < found <= len(self._paragraphs) else heading or None

    def _heading_of(self, section: str) -> int | None:
        found = [self._headings.get(name) for name in _names_of(_CALLED.sub("", section), section)]
        return max((number for number in found if number), default=None)

    @cached_property
    def _headings(self) -> dict[str, int]:
        """The last paragraph that goes by each name: a table of contents names them before.

        Written down once for all comments: there may be thousands, on sections that do not exist.
        """
        headings = {}
        for number, paragraph in enumerate(self._paragraphs, start=1):
            text = _plain(paragraph[: 2 * _HEADING])
            if len(text) <= _HEADING:
                headings.update(dict.fromkeys(_names_of(text, _OWN_NUMBER.sub("", text)), number))
        return headings


def _names_of(text: str, *others: str) -> set[str]:
    """Return what a heading goes by: its text, and the number that begins it."""
    numbered = _NUMBERED.match(text)
    return {text, *others, *([numbered[1]] if numbered else [])}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
