"""Whether the portal runs with the keys its database was written with: what was made with another one is lost.

The database keeps a fingerprint of each, never a key. Every start compares; ``manage.py adopt_key`` is the way on where
an old key is gone for good.
"""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.core.models import KeyFingerprint
from apps.core.tokens import derived_key

SECRET_KEY = "SECRET_KEY"  # noqa: S105 - the names of keys
ATTRIBUTION_KEY = "ATTRIBUTION_KEY"
NAMES = (SECRET_KEY, ATTRIBUTION_KEY)


class WrongKey(Exception):
    """Neither the key of this ``name`` nor an old one that is given is the one the data was written with."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def fingerprint(name: str = SECRET_KEY) -> str:
    """Return the fingerprint of the present key: an HMAC under it, so a strong key can not be found from it."""
    return _fingerprint(getattr(settings, name))


def is_known(value: str, name: str = SECRET_KEY) -> bool:
    """Whether the fingerprint belongs to the present key or an old one that is still given."""
    # Only SECRET_KEY is ever replaced in good order.
    earlier = settings.SECRET_KEY_FALLBACKS if name == SECRET_KEY else []
    known = [_fingerprint(key) for key in (getattr(settings, name), *earlier)]
    return any(hmac.compare_digest(one, value) for one in known)


def check(*names: str) -> None:
    """Compare the keys, all unless named, with the database's fingerprints.

    The first start writes them, a rotated key replaces its own. Raises WrongKey. One query, one or two more for each
    that is written.
    """
    kept = _kept()
    for name in names or NAMES:
        if name not in kept:
            _keep_first(name)
        elif not is_known(kept[name], name):
            raise WrongKey(name)
        elif kept[name] != fingerprint(name):
            KeyFingerprint.objects.filter(name=name, value=kept[name]).update(value=fingerprint(name))


def adopt(name: str = SECRET_KEY) -> None:
    """Take the present key as the right one from now on."""
    KeyFingerprint.objects.update_or_create(name=name, defaults={"value": fingerprint(name)})


def _kept() -> dict[str, str]:
    return dict(KeyFingerprint.objects.values_list("name", "value"))


def _keep_first(name: str) -> None:
    """Several processes may start at once, some with another key: the first one decides."""
    try:
        with transaction.atomic():
            KeyFingerprint.objects.create(name=name, value=fingerprint(name))
    except IntegrityError:
        check(name)


def _fingerprint(key: str) -> str:
    return derived_key("fingerprint", key).hex()
