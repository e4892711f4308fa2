import os
import sqlite3
import subprocess
import sys

import pytest

from tests.faults.still import hold_still, is_locking

WRITES_FOR_A_WHILE = """
import sqlite3, sys, time
rows = sqlite3.connect(sys.argv[1], isolation_level=None)
rows.executescript("PRAGMA journal_mode=WAL; CREATE TABLE numbers (number)")
rows.execute("BEGIN IMMEDIATE")
print("writing", flush=True)
time.sleep(0.5)
rows.execute("COMMIT")
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path):
    return tmp_path / "portal.sqlite3"


@pytest.fixture
def writer(database):
    """The id of a process in the middle of writing, which takes it half a second more."""
    command = [sys.executable, "-c", WRITES_FOR_A_WHILE, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        yield process.pid
        process.kill()


def test_held_still_a_process_does_not_keep_the_lock_of_the_database(writer, database):
    assert is_locking(writer, database.parent)

    hold_still(writer, database.parent)

    assert not is_locking(writer, database.parent)
    rows = sqlite3.connect(database, timeout=0, isolation_level=None)
    rows.execute("BEGIN IMMEDIATE")
    rows.execute("INSERT INTO numbers VALUES (1)")
    rows.execute("COMMIT")
    rows.close()
    assert os.WIFSTOPPED(os.waitpid(writer, os.WUNTRACED)[1])


def test_holding_still_gives_up_on_a_process_that_never_stops_writing(writer, database, monkeypatch):
    monkeypatch.setattr("tests.faults.still.PATIENCE_SECONDS", 0.1)

    with pytest.raises(TimeoutError):
        hold_still(writer, database.parent)

    assert is_locking(writer, database.parent)
