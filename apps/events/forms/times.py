"""Start and end as they stand on a clock at the place of the event, read in the zone chosen beside them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.core.zones import resolve_wall_time

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
_BROWSER_FORMAT = "%Y-%m-%dT%H:%M"


class WallTimeField(forms.DateTimeField):
    """A date and a time without a zone; cleans to a naive datetime of whole minutes.

    Takes what a ``datetime-local`` field sends, and the same typed with a space, as some browsers show a plain field.
    """

    default_error_messages = {
        "invalid": _("Enter a date and a time such as 2027-06-10 15:00."),
        "range": _("Enter a date between 2000 and 2099."),
    }

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "datetime-local", "min": f"{EARLIEST}T00:00", "max": f"{LATEST}T23:59"}
        kwargs.setdefault("widget", forms.DateTimeInput(format=_BROWSER_FORMAT, attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        naive = value if isinstance(value, datetime) else self._parsed(str(value).strip())
        if naive is None or timezone.is_aware(naive):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not EARLIEST <= naive.date() <= LATEST:
            raise ValidationError(self.error_messages["range"], code="range")
        return naive.replace(second=0, microsecond=0)

    @staticmethod
    def _parsed(text: str) -> datetime | None:
        if ":" not in text:  # A date alone would count as midnight.
            return None
        try:
            return parse_datetime(text)
        except ValueError:  # Well formed, but no such day or hour.
            return None


class EventTimesMixin(forms.ModelForm):
    """A form of an event whose ``starts_at`` and ``ends_at`` are wall-clock times in its ``time_zone``.

    The form's ``fields`` must name all three. ``cleaned_data`` holds instants in UTC. A time that was not touched keeps
    its instant, also the later of two at a DST change. ``time_remarks`` says, after cleaning, which instant was taken
    for a time that does not exist or exists twice; show it beside the saved event.
    """

    starts_at = WallTimeField(label=_("Start"), help_text=_("On the clock at the place of the event."))
    ends_at = WallTimeField(label=_("End"), help_text=_("On the clock at the place of the event."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_remarks: list[str] = []
        if self.instance.pk:
            for name in ("starts_at", "ends_at"):
                self.initial[name] = _on_the_clock(getattr(self.instance, name), self.instance.time_zone)
            self.initial["time_zone"] = str(self.instance.time_zone)
        if "time_zone" in self.fields:
            unknown = _("This time zone is not known. Choose one from the list.")
            self.fields["time_zone"].error_messages["invalid_choice"] = unknown

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        zone = cleaned.get("time_zone") if "time_zone" in self.fields else self.instance.time_zone
        typed = {name: cleaned.pop(name, None) for name in ("starts_at", "ends_at")}
        # A bare wall-clock time is no instant, and one end alone cannot be compared: neither may reach the event.
        if zone is not None and None not in typed.values():
            cleaned |= {name: self._instant(name, naive, zone) for name, naive in typed.items()}
        return cleaned

    def _instant(self, name: str, naive: datetime, zone: ZoneInfo) -> datetime:
        event = self.instance
        if event.pk and str(zone) == str(event.time_zone) and naive == self.initial[name]:
            untouched: datetime = getattr(event, name)
            return untouched
        instant, remark = resolve_wall_time(naive, zone)
        if remark:
            self.time_remarks.append(remark)
        return instant


def _on_the_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
