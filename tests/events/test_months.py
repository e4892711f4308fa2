"""The days of a month on a reader's calendar, and which events touch them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.events.models import Event
from apps.events.months import Month, days_of, events_in
from apps.events.standing import standings
from tests.make import make_event

APIA = ZoneInfo("Pacific/Apia")
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2027, 6, 3, 9, 0, tzinfo=UTC)


def at(day, hour=0, month=6):
    return datetime(2027, month, day, hour, tzinfo=UTC)


def shown(month, *events):
    """Return (day, start, end, shift) of each entry of the month."""
    weeks = days_of(month, standings(events, None, NOW), NOW)
    days = [day for week in weeks for day in week if day]
    return [(day.date.day, entry.start, entry.end, entry.shift) for day in days for entry in day.entries]


@pytest.mark.parametrize(
    "key",
    ["", "2027", "2027-13", "2027-00", "2027-6", "0000-01", "9999-12", "1989-12", "2200-01", "٢٠٢٧-٠٦", "2027-06 "],
)
def test_month_from_what_names_none_is_none(key):
    assert Month.from_key(key, UTC_ZONE) is None


def test_month_knows_its_neighbours_over_the_year():
    assert Month.from_key("2027-01", UTC_ZONE).previous.key == "2026-12"
    assert Month.from_key("2027-12", UTC_ZONE).next.key == "2028-01"


def test_months_end_where_the_portal_ends():
    assert Month.from_key("1990-01", UTC_ZONE).previous is None
    assert Month.from_key("2199-12", UTC_ZONE).next is None


def test_month_weeks_begin_on_monday_and_leave_out_other_months():
    weeks = Month.from_key("2027-06", UTC_ZONE).weeks

    assert weeks[0] == [None, *(date(2027, 6, day) for day in range(1, 7))]
    assert weeks[-1] == [date(2027, 6, 28), date(2027, 6, 29), date(2027, 6, 30), None, None, None, None]


def test_month_begins_and_ends_at_midnight_of_its_zone():
    month = Month.from_key("2027-06", APIA)

    assert month.starts_at.astimezone(UTC) == datetime(2027, 5, 31, 11, tzinfo=UTC)
    assert month.ends_at.astimezone(UTC) == datetime(2027, 6, 30, 11, tzinfo=UTC)
    assert Month.of(datetime(2027, 5, 31, 11, tzinfo=UTC), APIA).key == "2027-06"


def test_events_in_a_month_touch_it(group):
    before = make_event(group=group, starts_at=at(31, 20, month=5), ends_at=at(1))
    into = make_event(group=group, starts_at=at(31, 20, month=5), ends_at=at(1, 1))
    across = make_event(group=group, starts_at=at(1, month=5), ends_at=at(1, month=8))
    last = make_event(group=group, starts_at=at(30, 23))
    after = make_event(group=group, starts_at=at(1, month=7))

    found = list(events_in(Event.objects.all(), Month.from_key("2027-06", UTC_ZONE)))

    assert found == [across, into, last]
    assert before not in found
    assert after not in found


def test_event_of_several_days_stands_on_each(group):
    event = make_event(group=group, starts_at=at(9, 9), ends_at=at(11, 17), time_zone="UTC")

    assert shown(Month.from_key("2027-06", UTC_ZONE), event) == [
        (9, "09:00", "", 0),
        (10, "", "", 0),
        (11, "", "17:00", 0),
    ]


def test_event_that_ends_at_midnight_does_not_touch_the_next_day(group):
    event = make_event(group=group, starts_at=at(9, 20), ends_at=at(10), time_zone="UTC")

    assert shown(Month.from_key("2027-06", UTC_ZONE), event) == [(9, "20:00", "", 0)]


def test_event_that_began_in_another_month_goes_on_from_the_first(group):
    event = make_event(group=group, starts_at=at(30, 9, month=5), ends_at=at(2, 12), time_zone="UTC")

    assert shown(Month.from_key("2027-06", UTC_ZONE), event) == [(1, "", "", 0), (2, "", "12:00", 0)]


def test_event_on_another_date_for_the_reader_is_marked(group):
    event = make_event(group=group, starts_at=at(10, 13), ends_at=at(10, 15), time_zone="Europe/Berlin")

    assert shown(Month.from_key("2027-06", APIA), event) == [(11, "02:00", "", 1)]


def test_today_is_the_reader_s():
    evening = NOW + timedelta(hours=3)
    [today] = [
        day.date for week in days_of(Month.of(evening, APIA), [], evening) for day in week if day and day.is_today
    ]

    assert today == date(2027, 6, 4)


@pytest.mark.django_db
def test_an_entry_shows_the_clock_at_the_place_where_that_differs():
    month = Month.from_key("2027-06", APIA)
    bonn = make_event(starts_at=at(10, 7), ends_at=at(11, 12), time_zone="Europe/Berlin", place="Bonn")
    apia = make_event(starts_at=at(12, 1), ends_at=at(12, 2), time_zone="Pacific/Apia", place="Apia")

    weeks = days_of(month, standings([bonn, apia], None, NOW), NOW)
    entries = [entry for week in weeks for day in week if day for entry in day.entries]

    assert [(entry.start or f"-{entry.end}", entry.there, entry.place, entry.shift) for entry in entries] == [
        ("20:00", "09:00", "Bonn", 0),
        ("-", "", "Bonn", 0),
        ("-01:00", "14:00", "Bonn", 1),
        ("14:00", "", "Apia", 0),
    ]
