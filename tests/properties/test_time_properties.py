"""Wall-clock times in every zone, calendar files there and back, and tokens: what must hold for any value."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from apps.core.zones import resolve_wall_time
from apps.events.calendar import event_calendar
from apps.events.models import Event, Participation, ReminderRule

settings.register_profile("steady", derandomize=True, database=None, deadline=None, max_examples=200)
steady = settings.get_profile("steady")

zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
YEARS = (datetime(2020, 1, 1), datetime(2037, 12, 31))  # noqa: DTZ001  what hypothesis takes has no zone
instants = st.datetimes(*YEARS, timezones=st.just(UTC))
wall_times = st.datetimes(*YEARS)
# What people type: words of any script, line ends, and what calendar files escape.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\\;,:"'), max_size=200)


@steady
@given(wall_times, zones)
def test_wall_time_is_the_earlier_of_two_and_moves_on_by_the_gap(naive, zone):
    moment, remark = resolve_wall_time(naive, zone)

    shown = moment.astimezone(zone)
    candidates = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if shown.replace(tzinfo=None) == naive:
        assert moment == min(candidates)
        assert bool(remark) == (candidates[0] != candidates[1])
    else:
        assert remark
        assert moment == max(candidates)
        assert shown.replace(tzinfo=None) > naive


@steady
@given(instants, zones, st.integers(0, 30), st.times())
def test_wall_clock_rule_is_due_on_its_day_at_its_time_on_that_clock(start, zone, days, at):
    at = at.replace(second=0, microsecond=0)
    rule = ReminderRule(event=Event(starts_at=start), days_before=days, at_time=at)

    due_at = rule.due_at(zone)

    wanted = datetime.combine(start.astimezone(zone).date() - timedelta(days=days), at)
    shown = due_at.astimezone(zone).replace(tzinfo=None)
    exists = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted
    assert due_at.utcoffset() == timedelta(0)
    assert shown == wanted if exists else timedelta(0) < shown - wanted <= timedelta(days=1)


@steady
@given(instants, zones, st.integers(0, 60 * 24 * 366))
def test_offset_rule_is_due_that_long_before_whatever_the_clocks_do(start, zone, minutes):
    rule = ReminderRule(event=Event(starts_at=start), minutes_before=minutes)

    assert start - rule.due_at(zone) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("start", "zone", "at", "due"),
    [
        (datetime(2027, 3, 29, 12, tzinfo=UTC), "Europe/Berlin", time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (
            datetime(2026, 10, 26, 12, tzinfo=UTC),
            "Europe/Berlin",
            time(2, 30),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        (datetime(2027, 3, 15, 12, tzinfo=UTC), "America/New_York", time(9), datetime(2027, 3, 14, 13, tzinfo=UTC)),
        (datetime(2027, 6, 2, 12, tzinfo=UTC), "Asia/Kathmandu", time(9), datetime(2027, 6, 1, 3, 15, tzinfo=UTC)),
    ],
)
def test_known_days_of_change(start, zone, at, due):
    rule = ReminderRule(event=Event(starts_at=start), days_before=1, at_time=at)

    assert rule.due_at(ZoneInfo(zone)) == due


@steady
@given(texts, texts, texts, instants, st.timedeltas(timedelta(minutes=1), timedelta(days=30)), st.integers(0, 99))
def test_calendar_file_says_after_reading_what_was_written(title, place, lead, start, length, sequence):
    start = start.replace(microsecond=0)
    end = (start + length).replace(microsecond=0)
    event = Event(title=title, slug="a", place=place, lead=lead, starts_at=start, ends_at=end, sequence=sequence)
    event.updated_at = start

    text = event_calendar(event)

    [read] = Calendar.from_ical(text).walk("VEVENT")
    assert (read["dtstart"].dt, read["dtend"].dt, read["sequence"]) == (start, end, sequence)
    assert (str(read["summary"]), str(read.get("location", ""))) == (title, place)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


@steady
@given(st.integers(1, 2**62), st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=32, max_size=32))
def test_token_depends_on_row_and_nonce_and_is_made_of_plain_letters(pk, nonce):
    part = Participation(pk=pk, nonce=nonce)
    other = Participation(pk=pk, nonce=nonce[1:] + nonce[0])

    assert part.token == Participation(pk=pk, nonce=nonce).token
    assert part.token == part.token.lower()
    assert part.token.replace("-", "").isalnum()
    assert len(part.token) <= 64
    assert part.token != Participation(pk=pk + 1, nonce=nonce).token
    assert (part.token == other.token) == (part.nonce == other.nonce)
    assert nonce not in part.token + part.placeholder
