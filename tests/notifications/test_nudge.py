"""Nudges are not worth waiting for."""

import socket

import pytest
from celery import current_app
from django.db import transaction

from apps.core.cache import FallbackCache
from apps.notifications.nudge import nudge_delivery, nudge_work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def awake():
    FallbackCache.rests_until = 0.0
    yield
    FallbackCache.rests_until = 0.0


@pytest.fixture
def stuck(monkeypatch):
    """A broker that takes connections and never says a word, like a stopped Redis."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        monkeypatch.setattr(current_app.conf, "broker_url", f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        yield server


def commit(*nudges):
    with transaction.atomic():
        for nudge in nudges:
            nudge()


def times_asked(server):
    """How many connections were opened since the last look."""
    asked = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return asked
        asked += 1


def test_stuck_broker_holds_up_one_page_and_the_next_only_after_a_rest(stuck):
    commit(nudge_delivery)
    assert times_asked(stuck) > 0

    commit(nudge_work, nudge_delivery)
    assert times_asked(stuck) == 0
    assert FallbackCache.is_resting()

    FallbackCache.rests_until = 0.0
    commit(nudge_work)
    assert times_asked(stuck) > 0


def test_broker_that_the_cache_found_stuck_is_asked_by_no_nudge(stuck):
    FallbackCache.rest(TimeoutError())

    commit(nudge_work, nudge_delivery)

    assert times_asked(stuck) == 0
