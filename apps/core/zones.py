"""Moments and time zones: which zone a request is shown in, and the words that describe a moment in a zone.

Nothing here guesses: a time is never shown without naming its zone, and a wall-clock time that does not exist or
exists twice is resolved in the open (PEP 495). All functions but the middleware are pure.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

UTC_ZONE = ZoneInfo("UTC")
# Days in words, per process: a long list says the same ones again and again.
KEPT = 4096
_DAY = timedelta(days=1)


class ZoneMiddleware:
    """Activates the zone of whoever is signed in, and UTC for everybody else, for the length of the request.

    Stands after the authentication middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(zone_of(request.user) or UTC_ZONE):
            return self.get_response(request)


def zone_of(person: object) -> tzinfo | None:
    """Return the zone of a signed-in person, None for a stranger."""
    return getattr(person, "time_zone", None)


def zone_city(zone: tzinfo) -> str:
    """Return the city a zone is named after: "Apia", "Port Moresby", "Buenos Aires".

    Zones of the Etc area turn their sign around (Etc/GMT+5 is five hours behind), so they give their offset instead,
    as does a ``tzinfo`` that is not from the tz database.
    """
    key = getattr(zone, "key", "Etc/")
    if key.startswith("Etc/"):
        return offset_label(datetime(2000, 1, 1, tzinfo=UTC), zone).removesuffix("+0")
    return str(key).rpartition("/")[2].replace("_", " ")


def offset_label(moment: datetime, zone: tzinfo) -> str:
    """Return how far a zone is from UTC at a moment: "UTC+2", "UTC+5:45", "UTC-3", "UTC+0"."""
    minutes = round((_local(moment, zone).utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def zone_label(moment: datetime, zone: tzinfo) -> str:
    """Return abbreviation and offset: "CEST, UTC+2"; only "UTC+13" where tzdata has no letters; "UTC" for UTC."""
    name, offset = _abbreviation(moment, zone), offset_label(moment, zone)
    if name == "UTC":
        return name
    return f"{name}, {offset}" if name else offset


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """Return a moment in full: "Thu 10 June 2027, 15:00 CEST (UTC+2)"."""
    name, offset = _abbreviation(moment, zone), offset_label(moment, zone)
    label = f"{name} ({offset})" if name and name != "UTC" else name or offset
    return f"{day_text(moment, zone)}, {clock_text(moment, zone)} {label}"


def range_text(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> str:
    """Return from when to when: "Thu 10 June 2027, 15:00–16:30", each end with its day where they differ. No zone."""
    start, end = clock_text(starts_at, zone), clock_text(ends_at, zone)
    if is_same_day(starts_at, ends_at, zone):
        return f"{day_text(starts_at, zone)}, {start}–{end}"
    return f"{day_text(starts_at, zone)}, {start} – {day_text(ends_at, zone)}, {end}"


def clock_text(moment: datetime, zone: tzinfo) -> str:
    """Return the wall-clock time: "15:00"."""
    return f"{_local(moment, zone):%H:%M}"


def day_text(moment: datetime, zone: tzinfo) -> str:
    """Return the date there: "Thu 10 June 2027"."""
    return date_text(_local(moment, zone).date())


def date_text(day: date) -> str:
    """Return a day in words: "Thu 10 June 2027"."""
    return _date_text(get_language(), day)


@lru_cache(maxsize=KEPT)
def _date_text(_language: str | None, day: date) -> str:
    # Translators: Django date format for "Thu 10 June 2027"
    return format_date(day, pgettext("date format", "D j F Y"))


def long_day_text(moment: datetime, zone: tzinfo) -> str:
    """Return the date there in full words: "Thursday 10 June 2027"."""
    # Translators: Django date format for "Thursday 10 June 2027"
    return format_date(_local(moment, zone), pgettext("date format", "l j F Y"))


def short_day_text(moment: datetime, zone: tzinfo) -> str:
    """Return the date there for a narrow place: "Thu 10 Jun"."""
    # Translators: Django date format for "Thu 10 Jun"
    return format_date(_local(moment, zone), pgettext("date format", "D j M"))


def tick_day_text(moment: datetime, zone: tzinfo) -> str:
    """Return the date there for a tick of a ruler: "Thu 10"."""
    # Translators: Django date format for "Thu 10"
    return format_date(_local(moment, zone), pgettext("date format", "D j"))


def is_same_day(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> bool:
    """Whether something begins and ends on one date there. Ending at midnight counts as the day before."""
    last = max(starts_at, ends_at - timedelta(microseconds=1))
    return _local(starts_at, zone).date() == _local(last, zone).date()


def day_shift(moment: datetime, reader: tzinfo, place: tzinfo) -> int:
    """Return how many days the reader's date is ahead of the date at the place: 1, 0 or -1."""
    return (_local(moment, reader).date() - _local(moment, place).date()) // _DAY


def is_same_clock(moment: datetime, reader: tzinfo, place: tzinfo) -> bool:
    """Whether two zones show the same time at a moment."""
    return _local(moment, reader).utcoffset() == _local(moment, place).utcoffset()


def resolve_wall_time(naive: datetime, zone: tzinfo) -> tuple[datetime, str]:
    """Return the moment (in UTC) of a wall-clock time in a zone, and a remark for the person who typed it.

    The remark is empty for almost every time. Where clocks are put forward, a time in the gap does not exist: it is
    read with the offset before the change, so 02:30 becomes 03:30. Where they are put back, a time exists twice: the
    earlier is taken. Both follow ``fold=0`` of PEP 495, and the remark says what was taken. ``naive`` has no zone.
    Raises OverflowError in the first and the last day of the calendar (years 1 and 9999).
    """
    first = naive.replace(tzinfo=zone, fold=0)
    second = naive.replace(tzinfo=zone, fold=1)
    taken = first.astimezone(UTC)
    before, after = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    if before == after:
        return taken, ""
    if before < after:
        return taken, _gap_remark(naive, zone, taken)
    return taken, _fold_remark(naive, zone, taken, second.astimezone(UTC))


def _gap_remark(naive: datetime, zone: tzinfo, taken: datetime) -> str:
    return _("%(time)s does not exist in %(city)s on that day: the clocks are put forward. Taken was %(taken)s.") % {
        "time": f"{naive:%H:%M}",
        "city": zone_city(zone),
        "taken": moment_text(taken, zone),
    }


def _fold_remark(naive: datetime, zone: tzinfo, taken: datetime, other: datetime) -> str:
    return _(
        "%(time)s exists twice in %(city)s on that day: the clocks are put back. Taken was the earlier, %(taken)s; "
        "the later would be %(other)s."
    ) % {
        "time": f"{naive:%H:%M}",
        "city": zone_city(zone),
        "taken": moment_text(taken, zone),
        "other": moment_text(other, zone),
    }


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone)


def _abbreviation(moment: datetime, zone: tzinfo) -> str:
    """Return "CEST", or nothing where tzdata only repeats the offset ("+0545")."""
    name = _local(moment, zone).tzname() or ""
    return name if name.isalpha() else ""
