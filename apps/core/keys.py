"""Whether the portal runs with the key its database was written with: what is sealed with another one is lost.

The database keeps a fingerprint of SECRET_KEY, never the key. Every start compares; ``manage.py adopt_key`` is the way
on where the old key is gone for good.
"""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.core.models import KeyFingerprint
from apps.core.tokens import derived_key

NAME = "SECRET_KEY"


class WrongKey(Exception):
    """Neither SECRET_KEY nor SECRET_KEY_OLD is the key the data was written with."""


def fingerprint() -> str:
    """Return the fingerprint of the present SECRET_KEY: an HMAC under it, so a strong key can not be found from it."""
    return _fingerprint(settings.SECRET_KEY)


def is_known(value: str) -> bool:
    """Whether the fingerprint belongs to the present key or an old one that is still given."""
    known = [_fingerprint(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return any(hmac.compare_digest(one, value) for one in known)


def check() -> None:
    """Compare the key with the database's fingerprint; the first start writes it, a rotated key replaces it.

    Raises WrongKey. One query, two when something is written.
    """
    value = fingerprint()
    kept = KeyFingerprint.objects.filter(name=NAME).values_list("value", flat=True).first()
    if kept is None:
        _keep_first(value)
    elif not is_known(kept):
        raise WrongKey
    elif kept != value:
        KeyFingerprint.objects.filter(name=NAME, value=kept).update(value=value)


def adopt() -> None:
    """Take the present key as the right one from now on."""
    KeyFingerprint.objects.update_or_create(name=NAME, defaults={"value": fingerprint()})


def _keep_first(value: str) -> None:
    """Several processes may start at once, some with another key: the first one decides."""
    try:
        with transaction.atomic():
            KeyFingerprint.objects.create(name=NAME, value=value)
    except IntegrityError:
        check()


def _fingerprint(key: str) -> str:
    return derived_key("fingerprint", key).hex()
