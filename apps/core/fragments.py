"""Pieces of pages that a few plain values decide alone: each is drawn once per process and language, and then kept.

A list repeats the same badges and times from row to row and from reader to reader; drawing each anew was most of what
such a page cost.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# A few hundred bytes each; whoever keeps longer texts keeps fewer.
KEPT = 4096

# Around the name of a place that is left open; of each process, so that nothing people write can look like it.
_EDGE = f"\x1f{secrets.token_hex(8)}\x1f"


class KeptFragment[**Values]:
    """Draws ``template`` with what ``context`` makes of plain values, and keeps the drawing."""

    def __init__(self, template: str, context: Callable[Values, dict[str, Any]], most: int) -> None:
        # Typed: a text marked as safe and the same text that must be escaped are equal and yet drawn differently.
        @lru_cache(maxsize=most, typed=True)
        def draw(_language: str | None, *args: Any, **kwargs: Any) -> SafeString:
            return render_to_string(template, context(*args, **kwargs))

        self._draw = draw

    def __call__(self, *args: Values.args, **kwargs: Values.kwargs) -> SafeString:
        return self._draw(get_language(), *args, **kwargs)  # type: ignore[arg-type]  # hashable, see kept_fragment

    def each(self, rows: Iterable[Mapping[str, Any]]) -> list[SafeString]:
        """Return the drawings for all rows of values. The language, which takes its time, is asked for once."""
        language = get_language()
        return [self._draw(language, **row) for row in rows]


def kept_fragment[**Values](
    template: str, *, most: int = KEPT
) -> Callable[[Callable[Values, dict[str, Any]]], KeptFragment[Values]]:
    """Turn a function from plain values to the context of ``template`` into one that returns the drawing, kept.

    What the drawing shows must follow from the values and the language: no request, no user, no clock, no query. The
    values must be hashable. At ``most`` so many drawings are kept, those asked for last.
    """
    return lambda context: KeptFragment(template, context, most)


def joined(drawings: Iterable[SafeString]) -> SafeString:
    """Return drawings one after the other."""
    return SafeString("".join(drawings))


def open_place(name: str) -> SafeString:
    """Return what a drawing holds where ``filled`` is to put something for this one reader."""
    return SafeString(f"{_EDGE}{name}{_EDGE}")


def filled(drawing: str, fillings: Mapping[str, Callable[[], str]]) -> SafeString:
    """Return a kept drawing with its open places filled; what no place asks for is not made."""
    pieces = drawing.split(_EDGE)
    pieces[1::2] = [conditional_escape(fillings[name]()) for name in pieces[1::2]]
    return SafeString("".join(pieces))
