"""A login code among ten thousand invitations. What else may happen to mail is in `tests/faults/`."""

import time

import pytest

from apps.notifications.claims import BATCH
from tests.journeys.seeds import CODE, CODE_SENT, PEOPLE

pytestmark = pytest.mark.journey


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_login_code_leaves_within_five_seconds_before_thousands_that_wait(live, smtp, ask):
    """By the ledger, from asking to the server's answer. The five seconds are a promise, and generous."""
    smtp.box.delay = 0.01
    ask(PEOPLE.format(count=10_000))
    wait_until(lambda: len(smtp.received) > 100, 60)

    ask(CODE)
    wait_until(lambda: any(box.message["Subject"] == "Code" for box in list(smtp.received)), 60)

    waited, between, queued = ask(CODE_SENT)
    assert waited <= 5
    assert between <= BATCH
    assert queued > 1000
