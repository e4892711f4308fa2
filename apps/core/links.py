"""Addresses of our own pages. Absolute ones are made from SITE_URL, never from a request's Host header."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def absolute(path: str) -> str:
    """Return ``path`` (beginning with a slash) below SITE_URL."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


@lru_cache(maxsize=4096)
def address(name: str, *args: str | int) -> str:
    """Return the address of the named URL, as ``reverse`` does; those asked for last are kept, as lists ask for many.

    No address depends on who asks, or in which language.
    """
    return reverse(name, args=args)


def absolute_url(name: str, **kwargs: Any) -> str:
    """Return the absolute address of the named URL."""
    return absolute(reverse(name, kwargs=kwargs or None))


def path_of_ours(path: str) -> str:
    """Return a path that a form brought along to go back to, "" where it is none within this portal.

    Only what begins with a slash: ``redirect`` takes a bare word for the name of a URL, and fails where there is none.
    """
    is_ours = path.startswith("/") and path.isascii() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else ""
