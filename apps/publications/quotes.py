"""Text that was selected on a page: cleaned, because it comes from a PDF and not from a keyboard."""

from __future__ import annotations

import re
import unicodedata

# What no text file or office file holds, and what turns the direction of text; line breaks stand for spaces there.
_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def tidy_quote(text: str) -> str:
    """Return the text as one paragraph without hidden characters, NFC."""
    return " ".join(unicodedata.normalize("NFC", _HIDDEN.sub("", text)).split())
