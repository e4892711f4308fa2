"""The date of a publication in words: a day, or the month where nobody knows the day. A date has no time zone."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, pgettext


def date_text(day: date, *, day_is_known: bool) -> str:
    """Return "22 December 2022", or "November 2023" where the day is not known."""
    return _date_text(get_language(), day, day_is_known)


@lru_cache(maxsize=1024)
def _date_text(_language: str | None, day: date, day_is_known: bool) -> str:
    if not day_is_known:
        # Translators: Django date format for "November 2023"
        return format_date(day, pgettext("date format", "F Y"))
    # Translators: Django date format for "22 December 2022"
    return format_date(day, pgettext("date format", "j F Y"))


def month_text(day: date) -> str:
    """Return the month for a narrow place: "Nov 2023"."""
    # Translators: Django date format for "Nov 2023"
    return format_date(day, pgettext("date format", "M Y"))


def machine_date(day: date, *, day_is_known: bool) -> str:
    """Return the date as HTML's ``time`` element, feeds and citations want it: "2022-12-22" or "2023-11"."""
    return f"{day:%Y-%m-%d}" if day_is_known else f"{day:%Y-%m}"
