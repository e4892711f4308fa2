"""The cache goes on when Redis does not."""

import socket
import threading
import time

import pytest
from django.core.cache import caches

from apps.core.cache import FallbackCache

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def awake():
    FallbackCache.rests_until = 0.0
    yield
    FallbackCache.rests_until = 0.0


def make_cache(location):
    return FallbackCache(location, {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}})


@pytest.fixture
def silent_server():
    """A server that takes connections and never says a word, like a stopped Redis."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_dead_redis_is_replaced_by_the_database(tmp_path):
    cache = make_cache(f"unix://{tmp_path}/nobody.sock")

    assert cache.add("limit", [1], 60) is True
    assert cache.add("limit", [2], 60) is False
    assert cache.get("limit") == [1]
    assert caches["database"].get("limit") == [1]
    cache.set("count", 1)
    assert cache.incr("count") == 2
    assert cache.get_many(["limit", "count"]) == {"limit": [1], "count": 2}
    assert cache.get_or_set("other", "made") == "made"
    assert cache.delete("limit") is True
    assert "limit" not in cache
    with pytest.raises(ValueError, match="missing"):
        cache.incr("missing")


def test_stuck_redis_costs_one_timeout_and_not_one_per_call(silent_server):
    cache = make_cache(silent_server)
    started = time.monotonic()

    for number in range(20):
        cache.set(f"key-{number}", number)

    assert time.monotonic() - started < 1.5
    assert cache.get("key-19") == 19


def test_all_threads_share_the_rest(silent_server):
    make_cache(silent_server).get("anything")
    rested = []
    thread = threading.Thread(target=lambda: rested.append(FallbackCache.rests_until > time.monotonic()))
    thread.start()
    thread.join()

    assert rested == [True]
