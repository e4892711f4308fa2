"""The picture of a time: each clock's day as a ruler, all rulers sharing one instant.

Only numbers: a window of 24 hours around the event, x in percent of it, read by ``templates/core/_ruler.html``. It
repeats what the text beside it says, and is hidden from screen readers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

from apps.core.clocks import Clock
from apps.core.zones import tick_day_text

_DAY = timedelta(days=1)
_STEP = timedelta(minutes=15)  # every zone's offset is a multiple of it
_STEPS = _DAY // _STEP
_NIGHT_HOURS = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
_HEIGHT = 44
_LONGEST = timedelta(hours=20)
# Labels nearer to an edge would be cut off.
_LABEL_MARGIN = 4.0


@dataclass(frozen=True)
class Span:
    """A stretch on a ruler, both in percent."""

    x: str
    width: str
    end: str


@dataclass(frozen=True)
class Mark:
    """A tick: each hour, longer and labelled each sixth, longest at midnight, where it bears the date."""

    x: str
    label: str = ""
    is_long: bool = False
    is_midnight: bool = False


@dataclass(frozen=True)
class Ruler:
    """One clock's day, and where its parts lie on the y axis (pixels)."""

    name: str
    nights: list[Span]
    band: Span
    marks: list[Mark]
    row: int

    @property
    def top(self) -> int:
        return self.row * _HEIGHT + 2

    @property
    def foot(self) -> int:
        return self.top + 28

    @property
    def tick_top(self) -> int:
        return self.foot - 3

    @property
    def long_tick_top(self) -> int:
        return self.foot - 7

    @property
    def name_line(self) -> int:
        return self.top + 18

    @property
    def label_line(self) -> int:
        return self.foot + 12


def rulers_for(clocks: Sequence[Clock]) -> list[Ruler]:
    """Return one ruler per clock, or none for what lasts longer than the day a ruler shows."""
    first = clocks[0]
    if first.ends_at - first.starts_at > _LONGEST:
        return []
    opens_at = _opening(first.starts_at, first.ends_at)
    return [
        Ruler(
            name=clock.name,
            nights=_nights(clock, opens_at),
            band=_span(clock.starts_at, clock.ends_at, opens_at),
            marks=_marks(clock, opens_at),
            row=row,
        )
        for row, clock in enumerate(clocks)
    ]


def height_of(rulers: Sequence[Ruler]) -> int:
    """Return the height of the drawing in pixels."""
    return len(rulers) * _HEIGHT


def _opening(starts_at: datetime, ends_at: datetime) -> datetime:
    """Return where the window opens: half a day before the full hour at the event's middle."""
    middle = (starts_at + (ends_at - starts_at) / 2).astimezone(UTC)
    return middle.replace(minute=0, second=0, microsecond=0) - _DAY / 2


def _quarters(clock: Clock, opens_at: datetime) -> list[datetime]:
    return [(opens_at + step * _STEP).astimezone(clock.zone) for step in range(_STEPS + 1)]


def _nights(clock: Clock, opens_at: datetime) -> list[Span]:
    quarters = _quarters(clock, opens_at)[:-1]
    runs = [list(run) for is_night, run in groupby(quarters, key=_is_night) if is_night]
    return [_span(run[0], run[-1].astimezone(UTC) + _STEP, opens_at) for run in runs]


def _is_night(local: datetime) -> bool:
    return local.hour in _NIGHT_HOURS


def _marks(clock: Clock, opens_at: datetime) -> list[Mark]:
    quarters = _quarters(clock, opens_at)
    before = [quarters[0], *quarters]
    return [
        _mark(clock, now, was.date() != now.date(), opens_at)
        for was, now in pairwise(before)
        if now.minute == 0 or was.date() != now.date()
    ]


def _mark(clock: Clock, local: datetime, is_midnight: bool, opens_at: datetime) -> Mark:
    """Midnight is where the date changes, which in some zones is 01:00 on the day clocks are put forward."""
    at = _percent(local, opens_at)
    is_long = local.hour % 6 == 0
    label = tick_day_text(local, clock.zone) if is_midnight else f"{local:%H}" if is_long else ""
    fits = _LABEL_MARGIN <= at <= 100 - _LABEL_MARGIN
    return Mark(x=_written(at), label=label if fits else "", is_long=is_long, is_midnight=is_midnight)


def _span(starts_at: datetime, ends_at: datetime, opens_at: datetime) -> Span:
    start, end = _percent(starts_at, opens_at), _percent(ends_at, opens_at)
    return Span(x=_written(start), width=_written(end - start), end=_written(end))


def _percent(moment: datetime, opens_at: datetime) -> float:
    return (moment.astimezone(UTC) - opens_at) / _DAY * 100


def _written(percent: float) -> str:
    """Return "41.67%", in no language: SVG wants a point."""
    return f"{percent:.2f}".rstrip("0").rstrip(".") + "%"
