"""Text that may lie in the database for minutes only, encrypted: login codes and reset links on their way out."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from apps.core.tokens import derived_key


def seal(text: str) -> bytes:
    """Return ``text`` encrypted with a key derived from SECRET_KEY (Fernet: AES-128-CBC, HMAC-SHA256)."""
    return _box().encrypt(text.encode())


def unseal(sealed: bytes) -> str | None:
    """Return the text, or None when no present or old key opens it."""
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        return None


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived_key("sealing", key))) for key in keys])
