"""The whole portal as processes, sending to a real SMTP server."""

import json
import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.cmmportal.conftest import clean_environment, free_port, manage  # noqa: F401  fixtures
from tests.portal import Portal
from tests.servers import mail_server


@pytest.fixture
def smtp():
    with mail_server() as server:
        yield server


@pytest.fixture
def services(request):
    """Where the suite runs on PostgreSQL and Redis: a database of the journey's own; else the embedded default."""
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return {}
    database = request.getfixturevalue("own_database")
    return database | {"REDIS_URL": own_redis()} if settings.REDIS_URL else database


def own_redis():
    """A Redis database of this test worker's own: two portals on one queue would take each other's nudges."""
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 6
    return urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()


@pytest.fixture
def own_database():
    """A fresh PostgreSQL database, dropped afterwards."""
    import psycopg

    given = settings.DATABASES["default"]
    where = {"host": given["HOST"], "port": given["PORT"] or 5432, "user": given["USER"], "password": given["PASSWORD"]}
    name = f"{given['NAME']}_journey"
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        secret = f":{where['password']}" if where["password"] else ""
        yield {"DATABASE_URL": f"postgres://{where['user']}{secret}@{where['host']}:{where['port']}/{name}"}
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def live(clean_environment, free_port, smtp, services):  # noqa: F811  fixtures
    """A running, empty portal that mails to ``smtp``."""
    mailed = {"EMAIL_URL": f"smtp://{smtp.hostname}:{smtp.port}", "PORTAL_DEMO": "0", "MAIL_FROM": "portal@example.org"}
    running = Portal(clean_environment | services | mailed, free_port)
    try:
        running.wait_for("/readyz", seconds=240)
        yield running
    finally:
        if not running.log.closed:
            running.end()


@pytest.fixture
def ask(live, manage):  # noqa: F811  fixtures
    """Run Python inside the portal's own environment; its last line of output comes back as JSON."""

    def run(code):
        done = manage("shell", "--no-imports", "-c", code, **live.environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    return run
