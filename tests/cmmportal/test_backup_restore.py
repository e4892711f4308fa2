"""Backup and restore as commands, on the kind of database the suite runs on: all of it or nothing, and never in use."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.conf import settings

from tests.databases import fresh_database
from tests.portal import own_environment, run_manage

pytestmark = pytest.mark.journey

SUPPRESS = "from apps.notifications.models import Suppression; Suppression.objects.create(address='{0}', reason='x')"
MAKE = "from apps.members.models import Member; Member.objects.create_user('{0}@example.org', name='{0}')"
WORK = """
import sys
from pathlib import Path
from cmmportal import lock
lock.mark_in_use(Path(sys.argv[1]))
print(flush=True)
input()
"""


class Place:
    """A data folder and a database, without any process."""

    def __init__(self, folder, services):
        self.folder = folder
        self.database_url = services.get("DATABASE_URL")
        self.environment = own_environment(folder) | services
        self.paper = folder / "files" / "paper.pdf"

    def manage(self, *arguments, status=0):
        done = run_manage(self.environment, *arguments)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def make(self, name, code=MAKE):
        self.manage("shell", "--no-imports", "-c", code.format(name))

    def names(self):
        return [name for (name,) in self.rows("SELECT name FROM members_member ORDER BY id")]

    @contextmanager
    def connect(self):
        if self.database_url:
            with psycopg.connect(self.database_url) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.folder / "portal.sqlite3")) as connection:
                connection.execute("PRAGMA journal_mode=WAL")  # as every process of the portal does
                yield connection

    def rows(self, statement):
        with self.connect() as connection:
            return connection.execute(statement).fetchall()

    def state(self):
        """Members with their numbers, holds, the file, and what else lies in the folder."""
        people = self.rows("SELECT id, name FROM members_member ORDER BY id")
        left = sorted(path.name for path in self.folder.glob(".*"))
        return [people, len(self.rows("SELECT id FROM notifications_hold")), self.paper.read_bytes(), left]


@contextmanager
def new_place(folder, purpose):
    """A place with Ann and the first paper in it."""
    with fresh_database(purpose) as services:
        place = Place(folder / "data", services)
        place.manage("migrate", "--verbosity", "0")
        place.make("ann")
        place.paper.parent.mkdir()
        place.paper.write_bytes(b"then")
        yield place


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with new_place(tmp_path_factory.mktemp("backup"), "backup") as place:
        yield place


@pytest.fixture(scope="module")
def archive(place):
    """A backup with Ann and the first paper in it."""
    path = place.folder.parent / "backup.zip"
    place.manage("backup", str(path))
    return path


def test_restore_brings_back_what_was_and_never_gives_a_number_twice(place, archive):
    place.make("ben")
    place.paper.write_bytes(b"now")

    said = place.manage("restore", str(archive))

    assert place.state() == [[(1, "ann")], 1, b"then", []]
    assert "Restored " in said
    assert "can not be known" not in said
    place.make("cy")
    assert place.rows("SELECT id, name FROM members_member ORDER BY id") == [(1, "ann"), (3, "cy")]


def test_a_backup_of_a_restored_portal_can_be_restored(tmp_path):
    first, second = str(tmp_path / "first.zip"), str(tmp_path / "second.zip")
    with new_place(tmp_path, "again") as place:
        place.manage("backup", first)
        place.manage("restore", first)
        place.make("ben")
        place.make("one@example.org", SUPPRESS)
        place.manage("backup", second)
        place.make("two@example.org", SUPPRESS)

        said = place.manage("restore", second)

        assert "can not be known" not in said
        assert place.rows("SELECT COUNT(*) FROM notifications_hold") == [(2,)]
        assert place.rows("SELECT COUNT(*) FROM notifications_suppression") == [(2,)]

        place.manage("restore", first)
        said = place.manage("restore", second)

        assert "had been restored from an older backup, so what was revoked since" in said
        assert place.names() == ["ann", "ben"]


def test_nothing_is_carried_over_where_nobody_wants_it(tmp_path):
    archive = str(tmp_path / "backup.zip")
    with new_place(tmp_path, "without") as place:
        place.manage("backup", archive)
        place.make("one@example.org", SUPPRESS)

        said = place.manage("restore", archive, "--without-carry-over")

        assert "Nothing was carried over, as you wished, so what was revoked since" in said
        assert place.rows("SELECT COUNT(*) FROM notifications_suppression") == [(0,)]


def test_a_restore_that_fails_in_the_middle_changes_nothing(place, archive, tmp_path):
    spoilt = shutil.copy(archive, tmp_path)
    with zipfile.ZipFile(archive) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    listed = json.loads(parts["manifest.json"])
    listed["tables"]["members_member"]["rows"] += 1
    with zipfile.ZipFile(spoilt, "w") as new:
        for name, content in (parts | {"manifest.json": json.dumps(listed)}).items():
            new.writestr(name, content)
    before = place.state()

    refusal = place.manage("restore", str(spoilt), status=1)

    assert refusal.startswith(f"CommandError: {spoilt}: It is damaged: ")
    assert place.state() == before


def test_a_database_in_use_is_not_restored(place, archive):
    before = place.state()

    with place.connect() as other:
        other.execute("SELECT COUNT(*) FROM members_member").fetchone()
        refusal = place.manage("restore", str(archive), status=1)

    assert refusal.endswith("stop the portal first.\n")
    assert len(refusal.splitlines()) == 1
    assert place.state() == before


def test_a_running_process_is_named_as_the_reason(place, archive):
    command = [sys.executable, "-c", WORK, str(place.folder)]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        worker.stdout.readline()
        refusal = place.manage("restore", str(archive), status=1)
        worker.communicate(b"\n", timeout=30)

    assert refusal.startswith("CommandError: A web process or worker is working on ")


def test_no_second_backup_over_the_first(place, archive):
    before = archive.read_bytes()

    refusal = place.manage("backup", str(archive), status=1)

    assert refusal == f"CommandError: {archive} exists already.\n"
    assert archive.read_bytes() == before


def test_what_a_killed_backup_has_left_goes_with_the_next(place, tmp_path):
    """It holds the whole database, sessions included."""
    killed, running = tmp_path / ".backup-killed", tmp_path / ".backup-running"
    for folder in (killed, running):
        folder.mkdir()
        (folder / "database.sqlite3").write_bytes(b"x")
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(killed, (long_ago, long_ago))

    place.manage("backup", str(tmp_path / "backup.zip"))

    assert sorted(path.name for path in tmp_path.iterdir()) == [".backup-running", "backup.zip"]
