"""Pieces of pages that repeat with other words each time: drawn once with gaps, and then only the gaps are filled.

The rows of a long list differ in everything they say and hardly at all in how they are made; drawing each through its
template was most of what such a page cost. Nothing of any row is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.core.fragments import KEPT

# Numbers, for values also stand in addresses; nothing that is written in a template has so many digits.
_FIRST_GAP = 2**62


class Outline:
    """A template that may show its ``values`` and ask whether one is there, but nothing else of them.

    So no filters on them, no comparisons, no counting: what they come to must be decided before, and either be a
    value itself or one of the ``choices``, which the template gets as they are. Besides, its text follows from the
    language alone: no request, no user, no clock, no query.
    """

    def __init__(self, template: str) -> None:
        self._template = template
        self._written = lru_cache(maxsize=KEPT, typed=True)(self._write)

    def filled(self, values: Mapping[str, Any], **choices: Any) -> SafeString:
        """Return the drawing with these values, escaped unless they are markup. The choices are few and hashable."""
        [drawing] = self.each([(values, choices)])
        return drawing

    def each(self, rows: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[SafeString]:
        """Return the drawings for all pairs of values and choices. The language, which takes its time, is asked for
        once.
        """
        language = get_language()
        drawings = []
        for values, choices in rows:
            there = tuple([name for name, value in values.items() if value])
            pieces = list(self._written(language, there, **choices))
            shown = {name: _escaped(values[name]) for name in there}
            pieces[1::2] = map(shown.__getitem__, pieces[1::2])
            drawings.append(SafeString("".join(pieces)))
        return drawings

    def _write(self, _language: str | None, there: tuple[str, ...], **choices: Any) -> list[str]:
        """Return the drawing in pieces: text, and in every second place the name of the value that stands there."""
        gaps = {str(_FIRST_GAP + place): name for place, name in enumerate(there)}
        drawn = render_to_string(self._template, {**choices, **{name: gap for gap, name in gaps.items()}})
        pieces = re.split(f"({'|'.join(gaps)})", drawn) if gaps else [drawn]
        return [gaps.get(piece, piece) for piece in pieces]


def _escaped(value: Any) -> str:
    if type(value) is str:
        return escape(value)
    return str(value) if type(value) is int else conditional_escape(value)
