"""Pieces of pages that a few plain values decide alone: each is drawn once per process and language, and then kept.

A list repeats the same badges and times from row to row and from reader to reader; drawing each anew was most of what
such a page cost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# A few hundred bytes each.
KEPT = 4096


def kept_fragment[**Values](
    template: str,
) -> Callable[[Callable[Values, dict[str, Any]]], Callable[Values, SafeString]]:
    """Turn a function from plain values to the context of ``template`` into one that returns the drawing, kept.

    What the drawing shows must follow from the values and the language: no request, no user, no clock, no query. The
    values must be hashable.
    """

    def decorate(context: Callable[Values, dict[str, Any]]) -> Callable[Values, SafeString]:
        # Typed: a text marked as safe and the same text that must be escaped are equal and yet drawn differently.
        @lru_cache(maxsize=KEPT, typed=True)
        def draw(_language: str | None, *args: Any, **kwargs: Any) -> SafeString:
            return render_to_string(template, context(*args, **kwargs))

        @wraps(context)
        def drawn(*args: Values.args, **kwargs: Values.kwargs) -> SafeString:
            return draw(get_language(), *args, **kwargs)  # type: ignore[arg-type]  # hashable, as said above

        return drawn

    return decorate
