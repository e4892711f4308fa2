"""Names of countries in the reader's language, kept: lists name the same few again and again."""

from __future__ import annotations

from functools import cache

from django.utils.translation import get_language
from django_countries import countries


def country_name(code: str) -> str:
    """Return the name of the country with this code (ISO 3166), "" for none."""
    return _country_name(get_language(), code) if code else ""


@cache
def _country_name(_language: str | None, code: str) -> str:
    return str(countries.name(code))
