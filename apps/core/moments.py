"""Moments as somebody types them, near enough that every time zone has a date for them.

The first and the last day there are end in no date somewhere else: every page that shows such a moment fails there, and
the screen on which it could be put right too.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


def validate_near(day: date | datetime) -> None:
    """Refuse what lies before 2000 or after 2099, on the clock it is written in."""
    if not EARLIEST.year <= day.year <= LATEST.year:
        raise ValidationError(_("Enter a date between 2000 and 2099."), code="range")


class MomentField(forms.SplitDateTimeField):
    """A date and a time beside it."""

    def compress(self, data_list: Any) -> datetime | None:
        """Look at the date as typed: to read it in a zone may fail already."""
        if data_list and data_list[0]:
            validate_near(data_list[0])
        moment: datetime | None = super().compress(data_list)
        return moment
