"""Guessing at secret links is slow: who opens many that do not exist is turned away for some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponseBase

# A mail scanner opens many links from one address, and some are old; those that exist never count.
RATES = {"guess": "60/10m/ip"}
_COUNT: dict[str, Any] = {"app": "apps.core", "action": "guess"}

type TokenView = Callable[[HttpRequest, str], HttpResponseBase]


def slows_guessing(view: TokenView) -> TokenView:
    """Count the answers 404 of a view behind a secret link by network address, over all such views together.

    Costs a look into the cache.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponseBase:
        if _is_over(request):
            return ratelimit.respond_429(request)
        try:
            response = view(request, token)
        except Http404:
            _note(request)
            raise
        if response.status_code == HTTPStatus.NOT_FOUND:
            _note(request)
        return response

    return guarded


def _is_over(request: HttpRequest) -> bool:
    """Whether the address has no try left. Looked up without allauth's lock: that costs five times as much."""
    rate = ratelimit.parse_rate(RATES["guess"])
    tries = cache.get(ratelimit.get_cache_key(request, rate=rate, **_COUNT), [])
    return not ratelimit.apply_rate(tries, time.time(), rate, dry_run=True)[0]


def _note(request: HttpRequest) -> None:
    """Take one try. allauth spares GET unless told."""
    ratelimit.consume(request, config=RATES, limit_get=True, **_COUNT)
