"""With the wrong key no process starts working; what mends it still runs."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import OperationalError

from cmmportal import admission, lock
from cmmportal.environment import Misconfigured
from tests.portal import own_environment, run_manage

pytestmark = pytest.mark.journey

FIRST = "first-key-of-at-least-fifty-characters-in-all-0123456789"
SECOND = "second-key-of-at-least-fifty-characters-in-all-0123456789"
REFUSAL = (
    "Configuration error: SECRET_KEY is not the one this database was written with, and SECRET_KEY_OLD holds that one "
    "neither; give the right one, or run `manage.py adopt_key` if it is gone for good."
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The environment of a database that was written with the first key."""
    environment = own_environment(tmp_path_factory.mktemp("keys") / "data") | {"SECRET_KEY": FIRST}
    for command in ("migrate", "adopt_key"):
        done = run_manage(environment, command, "--verbosity", "0")
        assert done.returncode == 0, done.stderr
    return environment


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "run"],
        ["-m", "celery", "--app", "cmmportal", "worker", "--pool", "solo"],
        ["-m", "gunicorn", "--config", "python:cmmportal.webserver", "cmmportal.wsgi"],
    ],
    ids=["run", "worker", "web"],
)
def test_a_foreign_key_is_refused_in_one_line(written, free_port, command):
    finished = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=written | {"SECRET_KEY": SECOND, "PORT": str(free_port), "PORTAL_DEMO": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (finished.returncode, finished.stderr.splitlines()[-1]) == (1, REFUSAL)
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("command", ["migrate", "check"])
def test_what_mends_runs_with_any_key(written, command):
    assert run_manage(written | {"SECRET_KEY": SECOND}, command).returncode == 0


def test_a_worker_does_not_start_during_a_restore(written, tmp_path):
    lock.refuse_users(tmp_path)

    finished = subprocess.run(
        [sys.executable, "-m", "celery", "--app", "cmmportal", "worker", "--pool", "solo"],
        cwd=settings.BASE_DIR,
        env=written | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert finished.returncode == 1
    assert f"A restore is working on {tmp_path}; wait for its end or stop it." in finished.stderr


@pytest.mark.parametrize("is_right", [True, False])
def test_keys_are_compared_when_a_database_that_was_away_is_back(monkeypatch, tmp_path, is_right):
    """Who holds another key ends in good order, and is refused when started again."""
    answers = [OperationalError("away"), OperationalError("away"), None if is_right else Misconfigured("wrong key")]
    looks, ended = [], []

    def check_keys():
        looks.append(answers.pop(0))
        if looks[-1] is not None:
            raise looks[-1]

    monkeypatch.setattr(admission, "check_keys", check_keys)
    monkeypatch.setattr(admission, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(admission.lock, "mark_in_use", lambda folder: None)
    monkeypatch.setattr(admission.connections, "close_all", lambda: None)
    monkeypatch.setattr(admission.os, "kill", lambda pid, number: ended.append((pid, number)))

    admission.admit()
    for thread in threading.enumerate():
        if thread.name == "keys":
            thread.join(10)

    assert len(looks) == 3
    assert ended == ([] if is_right else [(os.getpid(), signal.SIGTERM)])
