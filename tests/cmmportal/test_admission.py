"""With the wrong key no process starts working; what mends it still runs."""

import subprocess
import sys

import pytest
from django.conf import settings

from cmmportal import lock
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
