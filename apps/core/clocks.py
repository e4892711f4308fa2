"""One stretch of time on the clocks that matter to a reader: their own, the event's, and UTC.

The facts only; the words around them stand in ``templates/core/`` and ``templates/mail/``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from apps.core.zones import (
    UTC_ZONE,
    clock_text,
    day_shift,
    is_same_clock,
    is_same_day,
    long_day_text,
    short_day_text,
    zone_city,
    zone_label,
)

# A longer place ("World Conference Center, Platz der Vereinten Nationen 2, Bonn") does not name a clock; its zone does.
_LONGEST_NAME = 24

# From west to east, so that some of them are awake whatever the hour: most of the group's people live near one.
_CITIES = (
    (_("Washington"), ZoneInfo("America/New_York")),
    (_("Accra"), ZoneInfo("Africa/Accra")),
    (_("Bonn"), ZoneInfo("Europe/Berlin")),
    (_("Nairobi"), ZoneInfo("Africa/Nairobi")),
    (_("Delhi"), ZoneInfo("Asia/Kolkata")),
    (_("Beijing"), ZoneInfo("Asia/Shanghai")),
    (_("Apia"), ZoneInfo("Pacific/Apia")),
)
_CITIES_SHOWN = 6
# Left out unless the event's own clock stands for one of the others.
_SPARE = _CITIES[3]


def signed(shift: int) -> str:
    """Return a shift of days as timetables write it: "+1", "−1" with a minus sign."""
    return f"{shift:+d}".replace("-", "\N{MINUS SIGN}")


class ClockRole(StrEnum):
    """Whose clock it is. BOTH: the reader's clock shows what the event's shows. CITY: one of those around the world."""

    READER = "reader"
    EVENT = "event"
    BOTH = "both"
    UTC = "utc"
    CITY = "city"


@dataclass(frozen=True)
class Clock:
    """What one clock shows: from ``starts_at`` to ``ends_at`` (both in ``zone``), seen from the event's date."""

    role: ClockRole
    name: str
    zone: tzinfo
    starts_at: datetime
    ends_at: datetime
    shift: int

    @property
    def label(self) -> str:
        """Abbreviation and offset: "CEST, UTC+2"."""
        return zone_label(self.starts_at, self.zone)

    @property
    def signed_shift(self) -> str:
        """The day shift as timetables write it."""
        return signed(self.shift)

    @property
    def shift_days(self) -> int:
        """The size of the day shift, for the plural of "day"."""
        return abs(self.shift)

    @property
    def machine_time(self) -> str:
        """The start for a ``datetime`` attribute: "2027-06-11T02:00+13:00"."""
        return self.starts_at.isoformat(timespec="minutes")

    @property
    def day(self) -> str:
        return long_day_text(self.starts_at, self.zone)

    @property
    def short_day(self) -> str:
        return short_day_text(self.starts_at, self.zone)

    @property
    def start(self) -> str:
        return clock_text(self.starts_at, self.zone)

    @property
    def end(self) -> str:
        return clock_text(self.ends_at, self.zone)

    @property
    def end_day(self) -> str:
        """The date of the end where it is another one, else nothing."""
        return "" if self._ends_same_day else long_day_text(self.ends_at, self.zone)

    @property
    def short_end_day(self) -> str:
        """The same for a narrow place."""
        return "" if self._ends_same_day else short_day_text(self.ends_at, self.zone)

    @property
    def end_shift(self) -> int:
        """How many dates after the start it ends."""
        last = max(self.starts_at, self.ends_at - timedelta(microseconds=1))
        return (last.date() - self.starts_at.date()).days

    @property
    def _ends_same_day(self) -> bool:
        return is_same_day(self.starts_at, self.ends_at, self.zone)


def clocks_for(starts_at: datetime, ends_at: datetime, zone: tzinfo, place: str, reader: tzinfo | None) -> list[Clock]:
    """Return the clocks to show, the reader's first: reader and event, or event and UTC where these two agree.

    ``reader`` is None for a stranger, who sees the place first and UTC beside it. Where all agree, one clock is left.
    """
    has_own_clock = reader is not None and not is_same_clock(starts_at, reader, zone)
    wanted = [
        (ClockRole.READER, "", reader) if has_own_clock else None,
        (ClockRole.EVENT if has_own_clock or reader is None else ClockRole.BOTH, place, zone),
        None if has_own_clock or is_same_clock(starts_at, zone, UTC_ZONE) else (ClockRole.UTC, "", UTC_ZONE),
    ]
    return [
        _clock(role, clock_name(shown, name), shown, starts_at, ends_at, zone)
        for role, name, shown in filter(None, wanted)
        if shown is not None
    ]


def world_clocks(starts_at: datetime, ends_at: datetime, zone: tzinfo, place: str) -> list[Clock]:
    """Return the event's clock and six around the world, none of which shows what the event's shows."""
    others = [(name, city) for name, city in _CITIES if not is_same_clock(starts_at, city, zone)]
    if len(others) > _CITIES_SHOWN:
        others.remove(_SPARE)
    return [
        _clock(ClockRole.EVENT, clock_name(zone, place), zone, starts_at, ends_at, zone),
        *(_clock(ClockRole.CITY, str(name), city, starts_at, ends_at, zone) for name, city in others),
    ]


def with_utc(clocks: list[Clock]) -> list[Clock]:
    """Return the clocks with UTC added where none of them shows it: mail is read far from any page that could."""
    first = clocks[0]
    if any(is_same_clock(clock.starts_at, clock.zone, UTC_ZONE) for clock in clocks):
        return clocks
    event_zone = next(clock.zone for clock in clocks if clock.role in {ClockRole.EVENT, ClockRole.BOTH})
    return [
        *clocks,
        _clock(ClockRole.UTC, zone_city(UTC_ZONE), UTC_ZONE, first.starts_at, first.ends_at, event_zone),
    ]


def clock_name(zone: tzinfo, place: str = "") -> str:
    """Return what a clock is called: the place where that is one short name, else the city of its zone."""
    return place if place and len(place) <= _LONGEST_NAME and "," not in place else zone_city(zone)


def _clock(
    role: ClockRole, name: str, zone: tzinfo, starts_at: datetime, ends_at: datetime, event_zone: tzinfo
) -> Clock:
    return Clock(
        role=role,
        name=name,
        zone=zone,
        starts_at=starts_at.astimezone(zone),
        ends_at=ends_at.astimezone(zone),
        shift=day_shift(starts_at, zone, event_zone),
    )
