"""Where in a document something stands, as a text that sorts in the document's order."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+")
_WIDTH = 5
# Behind all numbers and letters: what names no place comes last.
_NOWHERE = "~"


def place_key(page: int | None, section: str = "", paragraph: str = "", line: str = "") -> str:
    """Return the key of a place: by page, then section, paragraph and line, each with its numbers in natural order.

    "2.10" comes after "2.9". At most 120 characters; ties are the caller's to break.
    """
    first = str(page).zfill(_WIDTH) if page else _NOWHERE
    return "|".join([first, *map(_natural, (section, paragraph, line))])[:120]


def _natural(text: str) -> str:
    text = " ".join(text.casefold().split())
    return _NUMBER.sub(lambda found: found[0].lstrip("0").zfill(_WIDTH), text)[:36] or _NOWHERE
