"""A deadline means one instant, and says its zone."""

from datetime import UTC, date, datetime, time

import pytest

from apps.publications.deadline import ANYWHERE, Deadline, time_left

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("deadline", "instant"),
    [
        (Deadline(DAY, None, ANYWHERE), datetime(2026, 12, 6, 12, tzinfo=UTC)),
        (Deadline(DAY, None, "Europe/Berlin"), datetime(2026, 12, 5, 23, tzinfo=UTC)),
        (Deadline(DAY, None, "Pacific/Apia"), datetime(2026, 12, 5, 11, tzinfo=UTC)),
        (Deadline(DAY, time(17, 30), "Asia/Kathmandu"), datetime(2026, 12, 5, 11, 45, tzinfo=UTC)),
        (Deadline(DAY, time(17), ANYWHERE), datetime(2026, 12, 6, 5, tzinfo=UTC)),
        # The night before summer time ends is an hour longer.
        (Deadline(date(2027, 10, 30), None, "Europe/Berlin"), datetime(2027, 10, 30, 22, tzinfo=UTC)),
        (Deadline(date(2027, 10, 31), None, "Europe/Berlin"), datetime(2027, 10, 31, 23, tzinfo=UTC)),
    ],
)
def test_deadline_is_the_first_instant_that_is_too_late(deadline, instant):
    assert deadline.resolved() == (instant, "")


def test_deadline_in_a_gap_says_which_instant_was_taken():
    instant, remark = Deadline(date(2027, 3, 28), time(2, 30), "Europe/Berlin").resolved()

    assert instant == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert "02:30 does not exist in Berlin" in remark


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (Deadline(DAY, None, ANYWHERE), "end of Saturday 5 December 2026, anywhere on earth (UTC-12)"),
        (Deadline(DAY, None, "Europe/Berlin"), "end of Saturday 5 December 2026, Berlin (CET, UTC+1)"),
        (Deadline(DAY, time(17), "Europe/Berlin"), "Saturday 5 December 2026, 17:00, Berlin (CET, UTC+1)"),
    ],
)
def test_deadline_is_said_with_its_zone(deadline, words):
    assert deadline.words() == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 28, 11, 59, tzinfo=UTC), "8 days"),
        (datetime(2026, 11, 28, 12, tzinfo=UTC), "8 days"),
        # The whole of 28 November anywhere on earth is a week before 5 December; the chase leaves at noon.
        (datetime(2026, 11, 28, 12, 0, 1, tzinfo=UTC), "7 days"),
        (datetime(2026, 11, 29, 0, tzinfo=UTC), "7 days"),
        (datetime(2026, 11, 29, 12, tzinfo=UTC), "7 days"),
        (datetime(2026, 12, 4, 0, 0, 5, tzinfo=UTC), "2 days"),
        (datetime(2026, 12, 5, 0, tzinfo=UTC), "1 day"),
        (datetime(2026, 12, 6, 0, 0, 5, tzinfo=UTC), "12 hours"),
        (datetime(2026, 12, 7, 0, tzinfo=UTC), "0 minutes"),
    ],
)
def test_days_left_of_the_end_of_a_day_are_those_between_the_dates(now, words):
    assert time_left(Deadline(DAY, None, ANYWHERE).resolved()[0], now) == words
