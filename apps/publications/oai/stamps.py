"""Datestamps as the protocol writes them: UTC, in seconds or days (3.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from apps.publications.oai.faults import Fault

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def write_stamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read_range(first: str, last: str) -> tuple[datetime | None, datetime | None]:
    """Return from when (inclusive) and until when (exclusive), each None where nothing is asked.

    Faults: what is no datestamp, two of different granularity, an end before the beginning.
    """
    if first and last and len(first) != len(last):
        raise Fault("badArgument", "The arguments from and until differ in granularity.")
    start = _read(first) if first else None
    end = _read(last) if last else None
    if start and end and start > end:
        raise Fault("badArgument", "The argument from lies after until.")
    return start, _after(end, last) if end else None


def _after(end: datetime, written: str) -> datetime:
    """The first instant that is too late: the next day or second. The last day there is has no next one."""
    try:
        return end + (timedelta(days=1) if _DAY.fullmatch(written) else timedelta(seconds=1))
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _read(stamp: str) -> datetime:
    if _DAY.fullmatch(stamp) or _SECOND.fullmatch(stamp):
        try:
            return datetime.fromisoformat(stamp.removesuffix("Z")).replace(tzinfo=UTC)
        except ValueError:
            pass
    raise Fault("badArgument", "Write datestamps as 2024-01-31 or 2024-01-31T12:00:00Z.")
