"""Marks of ownership that name nobody: whoever comes back with the same parts is recognised, and nobody is found.

The key, ATTRIBUTION_KEY, lies outside the database, so that a copy of it (a backup, a dump) joins no text to its
writer. It is never rotated with SECRET_KEY: old marks could not be made again.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

from django.conf import settings

from apps.core.tokens import base32, derived_key


def mark(purpose: str, *parts: str) -> str:
    """Return 160 bits of HMAC-SHA256 over the parts, as 32 letters and digits of lower-case base 32.

    ``purpose`` keeps marks of different things apart; the parts can not run into each other.
    """
    message = "".join(f"{len(part)}:{part}" for part in parts).encode()
    return base32(hmac.digest(_key(purpose, settings.ATTRIBUTION_KEY), message, "sha256")[:20])


@lru_cache(maxsize=16)
def _key(purpose: str, attribution_key: str) -> bytes:
    return derived_key(f"attribution {purpose}", attribution_key)
