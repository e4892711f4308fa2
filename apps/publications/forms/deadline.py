"""A deadline as it is typed: a day, a time or the day's end, and whose clock. What it means is shown beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.selects import ZoneSelect
from apps.members.models import Member
from apps.publications.deadline import ANYWHERE, Deadline

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


_EVERYBODYS = (ANYWHERE, _("Anywhere on earth (UTC-12)"))


def zone_choices() -> list[tuple[str, Any]]:
    """Return anywhere on earth, then the zones members may live in."""
    field: Any = Member._meta.get_field("time_zone")
    zones = field.choices or []
    return [_EVERYBODYS, *((str(zone), label) for zone, label in zones)]


class DayField(forms.DateField):
    """A day of this century."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "date", "min": str(EARLIEST), "max": str(LATEST)}
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("Enter a date between 2000 and 2099."), code="range")
        return day


class DeadlineMixin(forms.Form):
    """The three fields of a deadline.

    After cleaning ``deadline`` is what was typed, and ``remarks`` says which instant was taken where the clocks are
    changed at that time.
    """

    deadline_on = DayField(label=_("Last day"))
    deadline_time = forms.TimeField(
        label=_("Time"),
        help_text=_("Leave empty for the end of the day."),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    deadline_zone = forms.ChoiceField(
        label=_("On whose clock"), choices=zone_choices, initial=ANYWHERE, widget=ZoneSelect(first=[_EVERYBODYS])
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline: Deadline | None = None
        self.remarks: list[str] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, zone = cleaned.get("deadline_on"), cleaned.get("deadline_zone")
        if day is None or zone is None or "deadline_time" in self.errors:
            return cleaned
        deadline = Deadline(day, cleaned.get("deadline_time"), zone)
        instant, remark = deadline.resolved()
        self.remarks = [remark] if remark else []
        if instant <= timezone.now():
            message = _("This deadline has passed already. Choose a later one.")
            self.add_error("deadline_on", ValidationError(message, code="past"))
        self.deadline = deadline
        return cleaned


class ExtensionForm(DeadlineMixin):
    """A later deadline."""
