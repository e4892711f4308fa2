"""A deadline means one instant, and says its zone."""

from datetime import UTC, date, datetime, time

import pytest

from apps.publications.deadline import ANYWHERE, Deadline

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
