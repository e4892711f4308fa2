"""Found words in their place: which stretches of a text to mark, and the part of a long text that shows them."""

from __future__ import annotations

from typing import NamedTuple

from apps.core.accents import fold
from apps.core.searchwords import Asked

BEFORE = 70
SHOWN = 260
ELLIPSIS = "…"


class Stretch(NamedTuple):
    """A part of a text as it was written. Templates escape it: the text is anybody's."""

    text: str
    is_found: bool


def marked(text: str, asked: Asked) -> list[Stretch]:
    """Return the whole ``text`` in stretches, those found marked."""
    stretches: list[Stretch] = []
    end = 0
    for found in asked.marks.finditer(fold(text)):
        stretches += [Stretch(text[end : found.start()], False), Stretch(text[found.start() : found.end()], True)]
        end = found.end()
    stretches.append(Stretch(text[end:], False))
    return [stretch for stretch in stretches if stretch.text]


def snippet(window: str, start: int, length: int, asked: Asked) -> list[Stretch]:
    """Return some 260 letters around the first found word of ``window``, which begins at ``start`` (from 0) of a text
    of this ``length``.
    """
    first = asked.marks.search(fold(window))
    begin = max(first.start() - BEFORE, 0) if first else 0
    shown = window[begin : begin + SHOWN]
    is_begun, is_cut = begin + start > 0, start + begin + len(shown) < length
    if is_begun:
        shown = shown[shown.find(" ") + 1 :]
    if is_cut:
        shown = shown[: shown.rfind(" ")] if " " in shown else shown
    stretches = marked(shown, asked)
    return [
        *([Stretch(ELLIPSIS, False)] if is_begun else []),
        *stretches,
        *([Stretch(ELLIPSIS, False)] if is_cut else []),
    ]
