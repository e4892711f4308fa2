"""The embedded broker and cache beside a bench's web server: without one each answer asks the database instead."""

import contextlib
import subprocess
import time

import redis
from django.conf import settings

from cmmportal.broker import broker_command

PATIENCE_SECONDS = 30


@contextlib.contextmanager
def broker():
    """Start it where no server is named in REDIS_URL; end it."""
    if settings.REDIS_URL:
        yield
        return
    command = broker_command(settings.BROKER_SOCKET, settings.DATA_DIR)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(redis.Redis.from_url(settings.BROKER_LOCATION))
            yield
        finally:
            server.terminate()


def _wait_for(client):
    """Its socket is there a moment before it listens."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return client.ping()
        except redis.ConnectionError:
            assert time.monotonic() < deadline, "the broker does not answer"
            time.sleep(0.02)
