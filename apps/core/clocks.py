"""One stretch of time on the clocks that matter to a reader: their own, the event's, and UTC.

The facts only; the words around them stand in ``templates/core/`` and ``templates/mail/``.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

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


class ClockRole(StrEnum):
    """Whose clock it is. BOTH: the reader's clock shows what the event's shows."""

    READER = "reader"
    EVENT = "event"
    BOTH = "both"
    UTC = "utc"


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
        """The day shift as timetables write it: "+1"."""
        return f"{self.shift:+d}"

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
