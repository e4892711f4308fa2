"""The portal as a whole: one start, one Ctrl-C, one kill, nothing left behind."""

import os
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.journey


def wait_until(condition, seconds=30, every=0.2):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(every)


def test_run_keeps_everything_going_until_ctrl_c(portal, manage):
    portal.wait_for("/healthz")
    portal.wait_for("/readyz")
    everybody = portal.family()
    assert len(everybody) == 7  # supervisor, broker, web and its process, two workers, beat
    assert f"running at http://localhost:{portal.port}/" in portal.output()
    assert stat.S_IMODE(Path(portal.environment["DATA_DIR"]).stat().st_mode) == 0o700

    second = manage("run", **portal.environment)
    assert second.returncode == 1
    assert second.stderr == (
        f"CommandError: The portal is already running on {portal.environment['DATA_DIR']} "
        f"(process {portal.process.pid}).\n"
    )

    web = [pid for pid in everybody if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(min(web), signal.SIGKILL)
    wait_until(lambda: "Process web ended with status -9" in portal.output())
    portal.wait_for("/healthz")
    wait_until(lambda: len(portal.family()) == 7)

    assert portal.end() == 0
    assert portal.family() == []


def test_kill_of_the_supervisor_leaves_no_process(portal):
    portal.wait_for("/healthz")
    wait_until(lambda: len(portal.family()) == 7)

    portal.process.kill()
    portal.process.wait()

    wait_until(lambda: portal.family() == [], seconds=5)


def test_kill_of_make_leaves_no_process(portal_by_make):
    portal_by_make.wait_for("/healthz")

    portal_by_make.process.kill()
    portal_by_make.process.wait()

    wait_until(lambda: portal_by_make.family() == [])


def holds_the_lock(portal):
    lock = Path(portal.environment["DATA_DIR"], "run.lock")
    return lock.exists() and lock.read_text() == str(portal.process.pid)


def is_supervisor(portal):
    return b"cmmportal.supervisor" in Path(f"/proc/{portal.process.pid}/cmdline").read_bytes()


@pytest.mark.parametrize("has_come_to", [holds_the_lock, is_supervisor])
def test_ctrl_c_during_the_start_ends_it_with_one_word(portal, has_come_to):
    wait_until(lambda: has_come_to(portal), seconds=120, every=0.01)

    check_stopped(portal)


def test_ctrl_c_while_the_settings_are_read_ends_it_with_one_word(unprepared_portal):
    wait_until(Path(unprepared_portal.environment["DATA_DIR"]).exists, every=0.01)

    check_stopped(unprepared_portal)


def check_stopped(portal):
    assert portal.end() == 130
    last_words = Path(portal.log.name).read_text()
    assert last_words.endswith("Stopped.\n")
    assert "Traceback" not in last_words
    assert portal.family() == []


def test_a_database_that_does_not_answer_is_named_in_one_line(manage, free_port):
    finished = manage("run", DATABASE_URL=f"postgres://ann:secret@127.0.0.1:{free_port}/portal")

    assert finished.returncode == 1
    [line] = finished.stderr.splitlines()
    assert line.startswith("CommandError: DATABASE_URL names a database that cannot be used: connection failed")
    assert "secret" not in line


def test_a_used_port_is_refused_in_one_line(manage, free_port):
    with socket.create_server(("127.0.0.1", free_port)):
        finished = manage("run", PORT=str(free_port))

    assert finished.returncode == 1
    assert finished.stderr == f"CommandError: PORT {free_port} cannot be used: Address already in use.\n"
