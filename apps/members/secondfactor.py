"""The secrets of second factors, encrypted at rest."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from apps.core.sealing import seal, unseal


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and recovery seeds sealed, so that a copy of the database alone opens no account."""

    def encrypt(self, text: str) -> str:
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises ValueError when no present or old SECRET_KEY opens it."""
        opened = unseal(encrypted_text.encode())
        if opened is None:
            raise ValueError("A second factor was sealed with a SECRET_KEY that is not known any more.")
        return opened
