"""Databases of a test's own, for processes that the test starts."""

from contextlib import contextmanager

import psycopg
from django.conf import settings


@contextmanager
def fresh_database(purpose):
    """The environment that points at an empty PostgreSQL database, dropped afterwards; nothing where SQLite is used."""
    given = settings.DATABASES["default"]
    if "postgresql" not in given["ENGINE"]:
        yield {}
        return
    where = {"host": given["HOST"], "port": given["PORT"] or 5432, "user": given["USER"], "password": given["PASSWORD"]}
    secret = f":{where['password']}" if where["password"] else ""
    name = f"{given['NAME']}_{purpose}"
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        yield {"DATABASE_URL": f"postgres://{where['user']}{secret}@{where['host']}:{where['port']}/{name}"}
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
