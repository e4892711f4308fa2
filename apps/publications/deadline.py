"""Deadlines as they are stated, and the instant they mean: the one computation behind page, mail and feed.

"Until the end of 5 December" says nothing without a zone. The usual one among negotiators is *anywhere on earth*: the
day is over when it is over everywhere, that is in UTC-12 (the reckoning of IEEE 802.16 and of conference deadlines).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.zones import clock_text, long_day_text, resolve_wall_time, zone_city, zone_label
from apps.events import countdown

ANYWHERE = "AoE"
_ANYWHERE_ZONE = timezone(timedelta(hours=-12))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, a time on it (None: its end) and a zone: ``ANYWHERE`` or an IANA name."""

    day: date
    at: time | None
    zone: str

    @property
    def tzinfo(self) -> tzinfo:
        """Raises ``ZoneInfoNotFoundError`` for a zone that does not exist."""
        return _ANYWHERE_ZONE if self.zone == ANYWHERE else ZoneInfo(self.zone)

    def resolved(self) -> tuple[datetime, str]:
        """Return the first instant (UTC) that is too late, and a remark where the clocks are changed at that time.

        The end of a day is the beginning of the next.
        """
        naive = datetime.combine(self.day, self.at) if self.at else datetime.combine(self.day + _DAY, time.min)
        zone = self.tzinfo
        if isinstance(zone, ZoneInfo):
            return resolve_wall_time(naive, zone)
        return naive.replace(tzinfo=zone).astimezone(UTC), ""

    def words(self) -> str:
        """Return the deadline as stated, zone included, in the language that is active."""
        noon = datetime.combine(self.day, self.at or time(12), self.tzinfo)
        day = long_day_text(noon, self.tzinfo)
        if self.zone == ANYWHERE:
            place = _("anywhere on earth (UTC-12)")
        else:
            place = f"{zone_city(self.tzinfo)} ({zone_label(noon, self.tzinfo)})"
        if self.at is None:
            return _("end of %(day)s, %(place)s") % {"day": day, "place": place}
        return _("%(day)s, %(time)s, %(place)s") % {"day": day, "time": clock_text(noon, self.tzinfo), "place": place}


def time_left(until: datetime, now: datetime) -> str:
    """Return how long there is until a deadline, in words: days are whole ones, minutes and hours as of events.

    Of a deadline at the end of a day that is how many days lie between its date and the date there now: a week before
    the 5th the 28th says "7 days" from morning to evening, though 7 and a half are left at noon.
    """
    days = (until - now) // _DAY
    if days < 1:
        return countdown.time_left(until, now)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
