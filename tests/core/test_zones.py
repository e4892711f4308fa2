"""Moments are described in the open: zone named, day shift said, gaps and folds of the clock explained (PEP 495)."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import timezone as django_timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.zones import (
    ZoneMiddleware,
    day_shift,
    is_same_day,
    moment_text,
    offset_label,
    resolve_wall_time,
    zone_city,
    zone_label,
)

BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
CHATHAM = ZoneInfo("Pacific/Chatham")
NEW_YORK = ZoneInfo("America/New_York")
UTC_ZONE = ZoneInfo("UTC")
SUMMER = datetime(2027, 6, 10, 13, 0, tzinfo=UTC)


def wall(text):
    """A time as somebody types it: no zone."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("key", "city"),
    [
        ("Pacific/Apia", "Apia"),
        ("Pacific/Port_Moresby", "Port Moresby"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", "UTC-5"),
    ],
)
def test_zone_city_is_the_city(key, city):
    assert zone_city(ZoneInfo(key)) == city


def test_zone_city_of_a_bare_offset_is_the_offset():
    assert zone_city(UTC) == "UTC"
    assert zone_city(timezone(timedelta(hours=5, minutes=45))) == "UTC+5:45"


@pytest.mark.parametrize(
    ("zone", "moment", "label"),
    [
        (BERLIN, SUMMER, "CEST, UTC+2"),
        (BERLIN, datetime(2027, 1, 10, tzinfo=UTC), "CET, UTC+1"),
        (APIA, SUMMER, "UTC+13"),
        (KATHMANDU, SUMMER, "UTC+5:45"),
        (CHATHAM, SUMMER, "UTC+12:45"),
        (CHATHAM, datetime(2027, 1, 10, tzinfo=UTC), "UTC+13:45"),
        (NEW_YORK, SUMMER, "EDT, UTC-4"),
        (ZoneInfo("America/St_Johns"), SUMMER, "NDT, UTC-2:30"),
        (ZoneInfo("America/Sao_Paulo"), SUMMER, "UTC-3"),
        (ZoneInfo("Africa/Accra"), SUMMER, "GMT, UTC+0"),
        (UTC_ZONE, SUMMER, "UTC"),
    ],
)
def test_zone_label_names_letters_only_where_there_are_some(zone, moment, label):
    assert zone_label(moment, zone) == label


def test_offset_label_follows_the_clock_change():
    before = datetime(2027, 3, 28, 0, 59, tzinfo=UTC)

    assert offset_label(before, BERLIN) == "UTC+1"
    assert offset_label(before + timedelta(minutes=1), BERLIN) == "UTC+2"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (BERLIN, "Thu 10 June 2027, 15:00 CEST (UTC+2)"),
        (APIA, "Fri 11 June 2027, 02:00 UTC+13"),
        (UTC_ZONE, "Thu 10 June 2027, 13:00 UTC"),
    ],
)
def test_moment_text_names_day_time_and_zone(zone, words):
    assert moment_text(SUMMER, zone) == words


@pytest.mark.parametrize(
    ("reader", "place", "shift"),
    [
        (APIA, BERLIN, 1),
        (BERLIN, APIA, -1),
        (BERLIN, UTC_ZONE, 0),
        (ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Pago_Pago"), 1),
    ],
)
def test_day_shift_counts_dates_between_reader_and_place(reader, place, shift):
    assert day_shift(SUMMER, reader, place) == shift


def test_day_shift_across_the_date_line_can_be_two():
    moment = datetime(2027, 6, 10, 10, 30, tzinfo=UTC)

    assert day_shift(moment, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")) == 2


def test_is_same_day_an_end_at_midnight_belongs_to_the_day_before():
    evening = datetime(2027, 6, 10, 20, tzinfo=BERLIN)

    assert is_same_day(evening, datetime(2027, 6, 11, 0, tzinfo=BERLIN), BERLIN)
    assert not is_same_day(evening, datetime(2027, 6, 11, 0, 1, tzinfo=BERLIN), BERLIN)


@pytest.mark.parametrize("zone", [BERLIN, APIA, KATHMANDU, CHATHAM, NEW_YORK, UTC_ZONE])
def test_resolve_wall_time_of_an_ordinary_time_has_no_remark(zone):
    naive = wall("2027-06-10 15:00")

    moment, remark = resolve_wall_time(naive, zone)

    assert (moment.astimezone(zone).replace(tzinfo=None), remark) == (naive, "")
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "naive", "taken", "words"),
    [
        (BERLIN, wall("2027-03-28 02:30"), wall("2027-03-28 01:30"), "03:30 CEST (UTC+2)"),
        (NEW_YORK, wall("2027-03-14 02:00"), wall("2027-03-14 07:00"), "03:00 EDT (UTC-4)"),
        (CHATHAM, wall("2027-09-26 03:00"), wall("2027-09-25 14:15"), "04:00 UTC+13:45"),
        # A whole day that never was: Samoa crossed the date line.
        (APIA, wall("2011-12-30 12:00"), wall("2011-12-30 22:00"), "Sat 31 December 2011, 12:00 UTC+14"),
    ],
)
def test_resolve_wall_time_that_does_not_exist_says_what_was_taken(zone, naive, taken, words):
    moment, remark = resolve_wall_time(naive, zone)

    assert moment == taken.replace(tzinfo=UTC)
    assert remark.startswith(f"{naive:%H:%M} does not exist in {zone_city(zone)} on that day")
    assert remark.endswith(f"{words}.")


@pytest.mark.parametrize(
    ("zone", "naive", "taken", "words"),
    [
        (BERLIN, wall("2027-10-31 02:30"), wall("2027-10-31 00:30"), "02:30 CEST (UTC+2)"),
        (NEW_YORK, wall("2027-11-07 01:00"), wall("2027-11-07 05:00"), "01:00 EDT (UTC-4)"),
        (CHATHAM, wall("2027-04-04 03:00"), wall("2027-04-03 13:15"), "03:00 UTC+13:45"),
    ],
)
def test_resolve_wall_time_that_exists_twice_takes_the_earlier_and_names_both(zone, naive, taken, words):
    moment, remark = resolve_wall_time(naive, zone)

    later = moment_text(moment + timedelta(hours=1), zone)
    assert moment == taken.replace(tzinfo=UTC)
    assert remark.startswith(f"{naive:%H:%M} exists twice in {zone_city(zone)}")
    assert words in remark
    assert later in remark


@pytest.mark.parametrize("fold", [0, 1])
def test_resolve_wall_time_ignores_the_fold_of_what_was_typed(fold):
    moment, _remark = resolve_wall_time(wall("2027-10-31 02:30").replace(fold=fold), BERLIN)

    assert moment == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@settings(deadline=None)
@given(
    st.datetimes(min_value=wall("1990-01-01 00:00"), max_value=wall("2037-12-31 00:00")),
    st.sampled_from([BERLIN, APIA, KATHMANDU, CHATHAM, NEW_YORK, ZoneInfo("Australia/Lord_Howe")]),
)
def test_resolve_wall_time_reads_back_as_typed_unless_it_says_it_does_not_exist(naive, zone):
    moment, remark = resolve_wall_time(naive, zone)

    reads_back = moment.astimezone(zone).replace(tzinfo=None, fold=0) == naive
    assert reads_back == ("does not exist" not in remark)


@pytest.mark.parametrize(
    ("user", "zone"),
    [(SimpleNamespace(time_zone=APIA), "Pacific/Apia"), (AnonymousUser(), "UTC")],
    ids=["member", "stranger"],
)
def test_zone_middleware_shows_the_request_in_the_readers_zone(rf, user, zone):
    request = rf.get("/")
    request.user = user

    response = ZoneMiddleware(lambda _request: HttpResponse(django_timezone.get_current_timezone_name()))(request)

    assert response.content.decode() == zone
    assert django_timezone.get_current_timezone_name() == "UTC"
