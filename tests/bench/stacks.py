"""What a benchmark runs on: the embedded default, and PostgreSQL and Redis where they can be reached.

Each run gets a data folder and a database of its own, which are gone afterwards.
"""

import contextlib
import getpass
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from tests.portal import own_environment

EMBEDDED, SERVICES = "embedded (SQLite, Valkey)", "PostgreSQL, Redis"
DATABASE_URL = os.environ.get("DATABASE_URL") or f"postgres://{getpass.getuser()}@127.0.0.1:5432/cmmportal"
REDIS_URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/13"


def stacks():
    """Return the names of the stacks that can be used here."""
    return [EMBEDDED, *([SERVICES] if has_services() else [])]


def has_services():
    """Whether both servers answer."""
    try:
        with psycopg.connect(_maintenance(), connect_timeout=3), redis.from_url(REDIS_URL, socket_timeout=3) as client:
            return bool(client.ping())
    except (psycopg.OperationalError, redis.RedisError):
        return False


@contextlib.contextmanager
def environment(stack):
    """Give the environment of one run, with a folder and a database that nothing else uses."""
    with tempfile.TemporaryDirectory(prefix="cmm-bench-") as folder, contextlib.ExitStack() as services:
        own = own_environment(Path(folder) / "data") | {"LOG_LEVEL": "ERROR"}
        if stack == SERVICES:
            own |= {"DATABASE_URL": services.enter_context(_database()), "REDIS_URL": REDIS_URL}
        yield own


@contextlib.contextmanager
def _database():
    """Make a database, give its URL, drop it."""
    name = f"cmm_bench_{os.getpid()}"
    with psycopg.connect(_maintenance(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(DATABASE_URL)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _maintenance():
    """The URL of the database that every server has."""
    return urlsplit(DATABASE_URL)._replace(scheme="postgresql", path="/postgres", query="").geturl()
