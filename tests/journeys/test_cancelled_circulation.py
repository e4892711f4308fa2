"""A circulation that is cancelled while its mails go out: who had one is told why, nobody else hears of it."""

import time

import pytest

from tests.browser import tab  # noqa: F401  a fixture
from tests.journeys.paperseeds import OPENED, PEOPLE, STAFF, UNFINISHED
from tests.journeys.visitor import Visitor, mail_to, told, words_of

pytestmark = pytest.mark.journey


def test_cancelling_between_two_mails_tells_those_who_had_one(tab, live, smtp, ask, manage):  # noqa: F811  a fixture
    asked = ask(PEOPLE)
    staff = Visitor(tab.context.browser, f"http://localhost:{live.port}", STAFF)
    smtp.box.delay = 1.0
    circulation = ask(OPENED)
    wait_until(lambda: len(told(smtp, "Please comment")) > 3)

    staff.go(f"/admin/publications/circulation/{circulation}/cancel/")
    staff.page.fill("[name=reason]", "A new version comes first.")
    staff.confirm()
    smtp.box.delay = 0.0
    wait_until(lambda: ask(UNFINISHED) == 0)

    had_one = told(smtp, "Please comment")
    assert 3 < len(had_one) < len(asked)
    assert told(smtp, "No answer needed") == had_one
    assert "A new version comes first." in words_of(mail_to(smtp, had_one[0], "No answer needed"))
    ledger = manage("check_ledger", **live.environment)
    assert (ledger.returncode, ledger.stdout) == (0, "No differences.\n")


def wait_until(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)
