"""Signed links: tokens that are recomputed, never stored.

A row that can be reached by a link (an invitation, an answer, a mail's unsubscribe) keeps a random nonce and its state.
Its token is ``<row id in base 36>-<key id><160 bits of HMAC-SHA256(key, purpose, row id, nonce)>`` in lower-case
base 32, so that a copy of the
database alone opens nothing, a new nonce revokes every older link, and the key id lets keys rotate (SECRET_KEY_OLD).

In a stored mail body a *placeholder* stands where the token will stand; ``fill`` puts the token in while the bytes go
out, ``mask`` shows dots on every screen. What somebody typed in the form of one is made harmless by ``written``.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.http import base36_to_int, int_to_base36

MASK = "•••"
_TOKEN = re.compile(r"(?P<row>[0-9a-z]{1,13})-(?P<key>[a-z2-7]{4})(?P<signature>[a-z2-7]{32})")
_PLACEHOLDER = re.compile(r"~~(?P<model>[a-z]+\.[a-z]+)\.(?P<row>\d+)\.(?P<mark>[a-z2-7]{8})~~")
_issued: ContextVar[set[str] | None] = ContextVar("issued placeholders", default=None)
_WORD_JOINER = "\u2060"  # shows nothing and breaks no line


class StaleToken(Exception):
    """A placeholder whose row is gone or has a new nonce: the mail that holds it must not go out."""


def new_nonce() -> str:
    """Return 160 random bits in lower-case base 32."""
    return base32(secrets.token_bytes(20))


class Linkable(models.Model):
    """A row that can be reached by a signed link. Subclasses name their ``token_purpose``."""

    token_purpose: ClassVar[str]

    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)

    class Meta:
        abstract = True

    @property
    def token(self) -> str:
        """The secret part of the link to this row. Never store or log it."""
        return _token(settings.SECRET_KEY, self.token_purpose, self.pk, self.nonce)

    @property
    def placeholder(self) -> str:
        """What stands for the token in a stored mail body."""
        placeholder = f"~~{self._meta.label_lower}.{self.pk}.{_mark(self.nonce)}~~"
        issued = _issued.get()
        if issued is not None:
            issued.add(placeholder)
        return placeholder

    @classmethod
    def from_token(cls, token: str) -> Self | None:
        """Return the row that ``token`` opens, or None for an altered, foreign or revoked one. One query."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        row = cls._default_manager.filter(pk=min(base36_to_int(match["row"]), 2**63 - 1)).first()
        nonce = row.nonce if row else ""
        fits = any(
            hmac.compare_digest(_token(key, cls.token_purpose, row.pk if row else 0, nonce), token) for key in _keys()
        )
        return row if fits else None

    def renew_nonce(self) -> None:
        """Revoke every link made so far. The caller saves the row."""
        self.nonce = new_nonce()


class Rows:
    """The rows that placeholders may stand for: those known already, and the others read once each."""

    def __init__(self, known: Iterable[models.Model] = ()) -> None:
        self._read: dict[tuple[str, int], models.Model | None] = {}
        self.add(known)

    def add(self, known: Iterable[models.Model]) -> None:
        self._read |= {(row._meta.label_lower, row.pk): row for row in known}

    def find(self, label: str, pk: int) -> models.Model | None:
        if (label, pk) not in self._read:
            self._read[label, pk] = apps.get_model(label)._default_manager.filter(pk=pk).first()
        return self._read[label, pk]


@contextmanager
def issuing() -> Iterator[set[str]]:
    """Collect the placeholders that are asked for while a mail is being written."""
    issued: set[str] = set()
    reset = _issued.set(issued)
    try:
        yield issued
    finally:
        _issued.reset(reset)


def written(text: str, issued: set[str]) -> str:
    """Return ``text`` with only the ``issued`` placeholders left in it.

    Any other was typed by somebody: it stands for no link, and would keep the mail from going out for ever. It reads
    as it was typed.
    """
    return _PLACEHOLDER.sub(lambda found: found[0] if found[0] in issued else f"~{_WORD_JOINER}{found[0][1:]}", text)


def fill(text: str, rows: Rows) -> str:
    """Return ``text`` with each placeholder replaced by its token as it is now.

    Raises StaleToken when a row is gone or its nonce has changed since. One query per placeholder not among ``rows``.
    """
    tokens = {found[0]: _token_for(found, rows) for found in _placeholders(text)}
    for placeholder, token in tokens.items():
        text = text.replace(placeholder, token)
    return text


def mask(text: str) -> str:
    """Return ``text`` with dots where tokens would stand, for screens."""
    return _PLACEHOLDER.sub(MASK, text)


def fingerprint(key: str) -> str:
    """Return a short public name of ``key``, to tell keys apart without giving them away."""
    return base32(hashlib.sha256(b"portal key id" + key.encode()).digest())[:4]


def derived_key(purpose: str, key: str) -> bytes:
    """Return a 256-bit key for one purpose only (RFC 5869 in spirit: one HMAC over a label)."""
    return hmac.new(key.encode(), f"portal {purpose}".encode(), hashlib.sha256).digest()


def _placeholders(text: str) -> Iterator[re.Match[str]]:
    seen: set[str] = set()
    for found in _PLACEHOLDER.finditer(text):
        if found[0] not in seen:
            seen.add(found[0])
            yield found


def _token_for(found: re.Match[str], rows: Rows) -> str:
    row = rows.find(found["model"], int(found["row"]))
    if not isinstance(row, Linkable) or _mark(row.nonce) != found["mark"]:
        raise StaleToken(found["model"])
    return row.token


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _token(key: str, purpose: str, row_id: int, nonce: str) -> str:
    message = f"{purpose}:{row_id}:{nonce}".encode()
    signature = hmac.new(derived_key("token", key), message, hashlib.sha256).digest()[:20]
    return f"{int_to_base36(row_id)}-{fingerprint(key)}{base32(signature)}"


def _mark(nonce: str) -> str:
    return base32(hashlib.sha256(b"portal nonce" + nonce.encode()).digest())[:8]


def base32(raw: bytes) -> str:
    """Return the bytes in lower-case base 32, without padding."""
    return base64.b32encode(raw).decode().rstrip("=").lower()
