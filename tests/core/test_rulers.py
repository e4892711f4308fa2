"""The rulers of two clocks share one instant, and shade the right hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.core.clocks import clocks_for
from apps.core.rulers import height_of, rulers_for

BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
START = datetime(2027, 6, 10, 13, 0, tzinfo=UTC)


def draw(zone, reader, start=START, minutes=90):
    return rulers_for(clocks_for(start, start + timedelta(minutes=minutes), zone, "", reader))


def spans(ruler):
    return [(night.x, night.width) for night in ruler.nights]


def labels(ruler):
    return [(mark.x, mark.label) for mark in ruler.marks if mark.label]


def test_rulers_share_the_instant():
    you, there = draw(BERLIN, APIA)

    assert (you.band.x, you.band.width, you.band.end) == ("50%", "6.25%", "56.25%")
    assert there.band == you.band
    assert height_of([you, there]) == 88


def test_rulers_shade_ten_at_night_to_six():
    you, there = draw(BERLIN, APIA)

    assert spans(you) == [("33.33%", "33.33%")]
    assert spans(there) == [("0%", "12.5%"), ("79.17%", "20.83%")]


def test_rulers_label_each_sixth_hour_and_the_new_day():
    you, there = draw(BERLIN, APIA)

    assert labels(you) == [("16.67%", "18"), ("41.67%", "Fri 11"), ("66.67%", "06"), ("91.67%", "12")]
    assert labels(there) == [("12.5%", "06"), ("37.5%", "12"), ("62.5%", "18"), ("87.5%", "Fri 11")]


@pytest.mark.parametrize("key", ["Asia/Kathmandu", "Pacific/Chatham", "Asia/Kolkata", "America/St_Johns"])
def test_rulers_of_zones_off_the_hour_still_tick_at_their_full_hours(key):
    ruler = draw(ZoneInfo(key), None)[0]

    assert len(ruler.marks) == 24
    assert sum(mark.is_midnight for mark in ruler.marks) == 1


@pytest.mark.parametrize(("day", "ticks"), [(datetime(2027, 3, 28, 9, tzinfo=UTC), 25), (START, 25)])
def test_rulers_tick_each_hour_that_passes_also_when_clocks_change(day, ticks):
    assert len(draw(BERLIN, None, day)[0].marks) == ticks


def test_rulers_mark_a_new_day_that_starts_at_one():
    """In Beirut clocks go forward at midnight: the day begins at 01:00."""
    ruler = draw(ZoneInfo("Asia/Beirut"), None, datetime(2027, 3, 28, 1, tzinfo=UTC))[0]

    assert [mark.label for mark in ruler.marks if mark.is_midnight] == ["Sun 28"]


def test_rulers_are_left_out_for_what_lasts_for_days():
    assert draw(BERLIN, APIA, minutes=60 * 30) == []


def test_rulers_stay_within_the_drawing_for_the_longest_event():
    for ruler in draw(BERLIN, APIA, minutes=60 * 20):
        assert 0 <= float(ruler.band.x.rstrip("%")) < float(ruler.band.end.rstrip("%")) <= 100
