"""Absolute addresses of our own pages, always from SITE_URL and never from a request's Host header."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    """Return ``path`` (beginning with a slash) below SITE_URL."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def absolute_url(name: str, **kwargs: Any) -> str:
    """Return the absolute address of the named URL."""
    return absolute(reverse(name, kwargs=kwargs or None))
