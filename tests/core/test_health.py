"""Alive and ready are different things."""

import subprocess
import time
from datetime import timedelta

import pytest
import redis
from django.db import OperationalError, connection
from django.utils import timezone

from apps.core.models import Heartbeat
from apps.notifications.models import Hold
from cmmportal.broker import broker_command


@pytest.fixture
def broker(settings, tmp_path):
    """A broker that answers: a real server on a socket of its own."""
    socket = tmp_path / "valkey.sock"
    settings.BROKER_LOCATION = f"unix://{socket}"
    with subprocess.Popen(broker_command(socket, tmp_path), stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(redis.Redis.from_url(settings.BROKER_LOCATION))
            yield server
        finally:
            server.terminate()


def _wait_for(client):
    """Its socket is there a moment before it listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return client.ping()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@pytest.fixture
def beating(db):
    for name in ("mail", "work"):
        Heartbeat.strike(name, timezone.now())


def test_alive_needs_no_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_when_database_broker_and_both_queues_work(client, broker, beating):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_says_when_mail_is_on_hold(client, broker, beating):
    Hold.objects.create(made_at=timezone.now(), reason="restored from a backup")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"ok; mail is on hold")


@pytest.mark.parametrize("queue", ["mail", "work"])
def test_not_ready_when_a_queue_is_silent(client, broker, beating, queue):
    Heartbeat.strike(queue, timezone.now() - timedelta(seconds=91))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"unavailable")


def test_not_ready_without_any_heartbeat(client, broker, db):
    assert client.get("/readyz").status_code == 503


def test_not_ready_without_broker(client, beating, settings, tmp_path):
    settings.BROKER_LOCATION = f"unix://{tmp_path}/nobody.sock"

    assert client.get("/readyz").status_code == 503


def test_not_ready_without_database(client, broker, db):
    def break_database(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(break_database):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"unavailable")


def test_health_pages_change_nothing(client):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405


def test_a_heartbeat_ahead_of_the_clock_is_none(client, broker, beating):
    Heartbeat.objects.filter(name="mail").update(beat_at=timezone.now() + timedelta(hours=1))

    assert client.get("/readyz").status_code == 503


@pytest.fixture
def production(settings):
    """Behind https, under the portal's own name alone."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://portal.example.org", ["portal.example.org"]
    settings.IS_PRODUCTION = settings.SECURE_SSL_REDIRECT = True


LOOPBACK = ["127.0.0.1:8000", "127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:8000"]


@pytest.mark.parametrize("host", [*LOOPBACK, "portal.example.org"])
def test_monitor_on_the_loopback_interface_is_answered_in_production(client, broker, beating, production, host):
    answers = [client.get(path, headers={"host": host}) for path in ("/healthz", "/readyz")]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"ok"), (200, b"ok")]


def test_monitor_that_names_no_host_is_answered_in_production(client, production):
    assert client.get("/healthz", SERVER_NAME="127.0.0.1").status_code == 200


@pytest.mark.parametrize("host", LOOPBACK)
@pytest.mark.parametrize("path", ["/", "/about/", "/accounts/login/", "/admin/", "/healthz/", "/healthz2", "/events/"])
def test_no_other_page_answers_to_a_name_of_the_loopback_interface(client, db, production, host, path):
    assert client.get(path, headers={"host": host}, secure=True).status_code == 400
    assert client.get(path, headers={"host": "portal.example.org"}, secure=True).status_code != 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:8000", "not a host"])
def test_no_other_name_is_answered_in_production(client, production, host):
    assert client.get("/healthz", headers={"host": host}).status_code == 400
