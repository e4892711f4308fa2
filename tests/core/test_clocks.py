"""The right clocks stand side by side, in the right order."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.core.clocks import clock_name, clocks_for, with_utc, world_clocks

BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
UTC_ZONE = ZoneInfo("UTC")
START = datetime(2027, 6, 10, 13, 0, tzinfo=UTC)
END = START + timedelta(minutes=90)


def roles_and_names(clocks):
    return [(str(clock.role), clock.name) for clock in clocks]


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (APIA, [("reader", "Apia"), ("event", "Bonn")]),
        (None, [("event", "Bonn"), ("utc", "UTC")]),
        (ZoneInfo("Europe/Paris"), [("both", "Bonn"), ("utc", "UTC")]),
        (UTC_ZONE, [("reader", "UTC"), ("event", "Bonn")]),
    ],
    ids=["elsewhere", "stranger", "same clock", "in UTC"],
)
def test_clocks_for_shows_reader_first_then_event_or_utc(reader, expected):
    assert roles_and_names(clocks_for(START, END, BERLIN, "Bonn", reader)) == expected


@pytest.mark.parametrize(("reader", "role"), [(None, "event"), (ZoneInfo("Africa/Accra"), "both")])
def test_clocks_for_an_event_in_utc_leaves_one_clock(reader, role):
    assert roles_and_names(clocks_for(START, END, UTC_ZONE, "", reader)) == [(role, "UTC")]


def test_clock_tells_day_hours_zone_and_shift():
    you, there = clocks_for(START, END, BERLIN, "Bonn", APIA)

    assert (you.day, you.start, you.end, you.label) == ("Friday 11 June 2027", "02:00", "03:30", "UTC+13")
    assert (you.signed_shift, you.machine_time, you.end_day) == ("+1", "2027-06-11T02:00+13:00", "")
    assert (there.day, there.label, there.shift) == ("Thursday 10 June 2027", "CEST, UTC+2", 0)


def test_clock_over_midnight_names_the_day_it_ends():
    clock = clocks_for(START, START + timedelta(hours=12), BERLIN, "Bonn", None)[0]

    assert (clock.end_day, clock.short_end_day) == ("Friday 11 June 2027", "Fri 11 Jun")


@pytest.mark.parametrize(
    ("zone", "reader", "names"),
    [
        (BERLIN, APIA, ["Apia", "Bonn", "UTC"]),
        (BERLIN, BERLIN, ["Bonn", "UTC"]),
        (BERLIN, UTC_ZONE, ["UTC", "Bonn"]),
        (BERLIN, ZoneInfo("Africa/Accra"), ["Accra", "Bonn"]),
    ],
)
def test_with_utc_adds_it_only_where_no_clock_shows_it(zone, reader, names):
    clocks = with_utc(clocks_for(START, END, zone, "Bonn", reader))

    assert [clock.name for clock in clocks] == names


@pytest.mark.parametrize(
    ("place", "name"),
    [("Bonn", "Bonn"), ("", "Berlin"), ("Room 5, Bonn", "Berlin"), ("World Conference Center Bonn", "Berlin")],
)
def test_clock_name_is_the_place_where_that_is_one_short_name(place, name):
    assert clock_name(BERLIN, place) == name


def names_around_the_world(zone, place="", start=START):
    return [clock.name for clock in world_clocks(start, start + timedelta(hours=3), zone, place)]


@pytest.mark.parametrize(
    ("zone", "place", "names"),
    [
        ("America/Bogota", "Panama City", ["Panama City", "Washington", "Accra", "Bonn", "Delhi", "Beijing", "Apia"]),
        ("Europe/Paris", "", ["Paris", "Washington", "Accra", "Nairobi", "Delhi", "Beijing", "Apia"]),
        ("Africa/Addis_Ababa", "", ["Addis Ababa", "Washington", "Accra", "Bonn", "Delhi", "Beijing", "Apia"]),
    ],
    ids=["none alike", "one alike", "the spare alike"],
)
def test_world_clocks_are_seven_different_ones_the_place_first(zone, place, names):
    assert names_around_the_world(ZoneInfo(zone), place) == names


def test_world_clocks_tell_alike_by_the_season():
    """Panama keeps the time of Washington in winter only."""
    winter = datetime(2027, 1, 10, 14, 0, tzinfo=UTC)

    assert names_around_the_world(ZoneInfo("America/Panama"), start=winter)[1:3] == ["Accra", "Bonn"]


def test_world_clocks_say_how_far_the_date_is_from_the_event():
    start = datetime(2027, 7, 7, 14, 0, tzinfo=UTC)

    shown = world_clocks(start, start + timedelta(minutes=210), ZoneInfo("America/Panama"), "Panama City")

    assert [(clock.name, clock.short_day, clock.shift, clock.end_shift) for clock in shown[-2:]] == [
        ("Beijing", "Wed 7 Jul", 0, 1),
        ("Apia", "Thu 8 Jul", 1, 0),
    ]


@pytest.mark.parametrize(("hours", "shift"), [(10, 0), (11, 1), (34, 1), (58, 2)])
def test_clock_that_ends_at_midnight_ends_on_the_day_before(hours, shift):
    """The event starts at 14:00."""
    start = datetime(2027, 7, 7, 14, 0, tzinfo=UTC)

    assert clocks_for(start, start + timedelta(hours=hours), UTC_ZONE, "", None)[0].end_shift == shift


def test_a_shift_back_is_written_with_a_minus_sign():
    late = datetime(2027, 6, 11, 1, 0, tzinfo=UTC)

    there, _event = clocks_for(late, late + timedelta(hours=1), UTC_ZONE, "", ZoneInfo("America/Lima"))

    assert (there.shift, there.signed_shift) == (-1, "\N{MINUS SIGN}1")
