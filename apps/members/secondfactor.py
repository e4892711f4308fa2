"""The secrets of second factors, encrypted at rest, and which of them somebody has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from apps.core.sealing import seal, unseal

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

# What is sent may add a factor or take one away.
_READING = ("GET", "HEAD")


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

    def is_mfa_enabled(self, user: AbstractBaseUser | AnonymousUser, types: Iterable[str] | None = None) -> bool:
        """Return whether the user has a factor, of these types where they are named. One query for a page that is
        read, whatever it asks: allauth's own would take one for each type and each time.
        """
        request = context.request
        if user.is_anonymous or request is None or request.method not in _READING:
            return bool(super().is_mfa_enabled(user, types))
        known = request.__dict__.setdefault("_factors", {})
        if user.pk not in known:
            known[user.pk] = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
        return bool(known[user.pk] if types is None else known[user.pk].intersection(types))
