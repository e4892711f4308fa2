"""The portal started for real, by `manage.py run`, on a data folder of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

from django.conf import settings

from cmmportal.tether import die_with_parent

OWN = ("SITE_", "SECRET_", "ALLOWED_", "EMAIL_", "MAIL_", "OIDC_", "PORTAL_", "DEMO_", "TRUSTED_", "LOG_", "DEBUG")
RUNTIME = {"PORT", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}


def own_environment(data_dir):
    """What a process gets that knows nothing of this shell: the embedded defaults on a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN) and name not in RUNTIME}
    return kept | {"DATA_DIR": str(data_dir)}


def run_manage(environment, *arguments):
    """Run manage.py in a process of its own; returns the finished process."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


BY_HAND = (sys.executable, "manage.py", "run")
BY_MAKE = ("make", "--old-file=setup", "run")
BY_MAKE_ALONE = ("make", "run")


class Portal:
    """A portal that was started by `manage.py run`, or by `make run` with or without its preparations; in ``folder``
    instead of here, where one is named.
    """

    def __init__(self, environment, port, command=BY_HAND, folder=None):
        self.environment = environment | {"PORT": str(port)}
        self.port = port
        self.log = Path(f"{environment['DATA_DIR']}.log").open("w+b")  # noqa: SIM115 - closed by end()
        self.process = subprocess.Popen(
            command,
            cwd=folder or settings.BASE_DIR,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            preexec_fn=partial(_begin, os.getpid()),  # noqa: PLW1509  a killed test run leaves no portal behind
        )

    def status(self, path):
        """The status of a page, None while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code
        except OSError:
            return None

    def wait_for(self, path, status=200, seconds=120):
        deadline = time.monotonic() + seconds
        while self.status(path) != status:
            assert time.monotonic() < deadline, self.output()
            assert self.process.poll() is None, self.output()
            time.sleep(0.2)

    def family(self):
        """The process ids of everything started on our data folder: it stands in their environment or title."""
        mark = self.environment["DATA_DIR"].encode()
        return [pid for pid in (int(path.name) for path in Path("/proc").glob("[0-9]*")) if mark in _about(pid)]

    def output(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read().decode()

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        status = self.process.wait(40)
        self.log.close()
        return status


def _begin(parent):
    """In the child: end with the test run, and hear Ctrl-C even where the run itself was started to ignore it."""
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _about(pid):
    try:
        # A Redis server overwrites its environment with its title.
        return Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
