"""What stands in pages for drafts and matrices: their numbers are handed out one after the other, and whoever saves one
time and again would see by them that others do, and when.
"""

from __future__ import annotations

from apps.core import attribution


def code_of(what: str, number: int) -> str:
    """Return the code of a row, the same each time. Costs one HMAC; of two codes nobody knows which came first."""
    return attribution.mark(f"{what} code", str(number))
