"""Events by the days of one month, as the calendar of a reader's zone has them."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from apps.core.clocks import clock_name
from apps.core.zones import clock_text, day_shift, is_same_clock
from apps.events.models import Event
from apps.events.querysets import EventQuerySet
from apps.events.standing import Standing

# As in ISO 8601, and in every language the portal is likely to speak.
FIRST_WEEKDAY = calendar.MONDAY
# Arithmetic beyond these would leave the calendar of Python, and nobody's events lie there.
_YEARS = range(1990, 2200)
_KEY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """One month in one zone."""

    year: int
    month: int
    zone: tzinfo

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Month:
        local = moment.astimezone(zone)
        return cls(local.year, local.month, zone)

    @classmethod
    def from_key(cls, key: str, zone: tzinfo) -> Month | None:
        """Return the month that "2027-06" names, None where it names none within the years of the portal."""
        match = _KEY.fullmatch(key)
        year, month = (int(match["year"]), int(match["month"])) if match else (0, 0)
        return cls(year, month, zone) if year in _YEARS and 1 <= month <= 12 else None

    @property
    def key(self) -> str:
        return f"{self.first_day:%Y-%m}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def starts_at(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first moment after the month."""
        after = (self.first_day + 31 * _DAY).replace(day=1)
        return datetime(after.year, after.month, 1, tzinfo=self.zone)

    @property
    def previous(self) -> Month | None:
        return self._neighbour(self.first_day - _DAY)

    @property
    def next(self) -> Month | None:
        return self._neighbour(self.first_day + 31 * _DAY)

    @property
    def weeks(self) -> list[list[date | None]]:
        """Its days in rows of seven; None where a day belongs to another month."""
        weeks = calendar.Calendar(FIRST_WEEKDAY).monthdatescalendar(self.year, self.month)
        return [[day if day.month == self.month else None for day in week] for week in weeks]

    @property
    def weekdays(self) -> list[date]:
        """Seven days in the order of a week, whichever they are, to name the columns by."""
        return calendar.Calendar(FIRST_WEEKDAY).monthdatescalendar(self.year, self.month)[0]

    def _neighbour(self, day: date) -> Month | None:
        return Month(day.year, day.month, self.zone) if day.year in _YEARS else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event on one day: ``start`` on the day it begins, ``end`` on a later one where it ends, else neither.

    ``there`` is the same moment on the clock at ``place``, empty where that shows the same. ``shift`` is how many days
    the reader's date is ahead of the date there.
    """

    standing: Standing
    start: str
    end: str
    there: str
    shift: int
    place: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month and what happens on it, in order."""

    date: date
    entries: list[Entry]
    is_today: bool


def events_in(events: EventQuerySet, month: Month) -> EventQuerySet:
    """Return the events that happen, at least in part, in the month, in order."""
    return events.filter(starts_at__lt=month.ends_at, ends_at__gt=month.starts_at).order_by("starts_at", "pk")


def days_of(month: Month, rows: Iterable[Standing], now: datetime) -> list[list[Day | None]]:
    """Return the weeks of the month, with ``rows`` on each day they touch. None for a day of another month."""
    entries: dict[date, list[Entry]] = defaultdict(list)
    for row in rows:
        for day in _touched(row.event, month):
            entries[day].append(_entry(row, day, month.zone))
    today = now.astimezone(month.zone).date()
    return [[Day(day, entries[day], day == today) if day else None for day in week] for week in month.weeks]


def _touched(event: Event, month: Month) -> list[date]:
    """The days of the month on which the event happens; ending at midnight, it does not touch the next day."""
    first = max(event.starts_at, month.starts_at).astimezone(month.zone).date()
    last = (min(event.ends_at, month.ends_at) - timedelta(microseconds=1)).astimezone(month.zone).date()
    return [first + number * _DAY for number in range((last - first).days + 1)]


def _entry(row: Standing, day: date, zone: tzinfo) -> Entry:
    event = row.event
    last = event.ends_at - timedelta(microseconds=1)
    begins = event.starts_at.astimezone(zone).date() == day
    ends = not begins and last.astimezone(zone).date() == day
    moment, dated = (event.starts_at, event.starts_at) if begins else (event.ends_at, last)
    has_two_clocks = (begins or ends) and not is_same_clock(moment, zone, event.time_zone)
    return Entry(
        standing=row,
        start=clock_text(moment, zone) if begins else "",
        end=clock_text(moment, zone) if ends else "",
        there=clock_text(moment, event.time_zone) if has_two_clocks else "",
        shift=day_shift(dated, zone, event.time_zone) if has_two_clocks else 0,
        place=clock_name(event.time_zone, event.place),
    )
