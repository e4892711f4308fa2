"""The processes of a running portal: how each is started, watched, restarted and ended."""

import logging
import os
import signal
import subprocess
import sys
import time
from functools import partial

from cmmportal import settings
from cmmportal.broker import broker_command
from cmmportal.tether import die_with_parent

logger = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 10  # with a lease of 30 s, all is done within a minute of a fault
HEALTHY_AFTER_SECONDS = 60


class Child:
    """One process, restarted whenever it ends, after a pause that doubles as long as it keeps ending early."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.failures = 0
        self.due_at = 0.0
        self.started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def tend(self, now: float) -> None:
        """Start the process when it is due, and notice when it has ended."""
        if self.process is None:
            if now >= self.due_at:
                self.start(now)
        elif self.process.poll() is not None:
            self._plan_restart(now, self.process.returncode)

    def start(self, now: float) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.started_at = now
        self.process = subprocess.Popen(  # noqa: S603 - the commands stand below
            self.command,
            cwd=settings.BASE_DIR,
            env=_environment(),
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
        )

    def _plan_restart(self, now: float, status: int) -> None:
        self.failures = 1 if now - self.started_at > HEALTHY_AFTER_SECONDS else self.failures + 1
        pause = min(2 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)
        self.due_at = now + pause
        self.process = None
        logger.error("Process %s ended with status %s; starting it again in %s s.", self.name, status, pause)

    def ask_to_end(self) -> None:
        """Let the process finish what it has in hand."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, deadline: float) -> None:
        """Wait for the end until `deadline` (monotonic seconds), then end it."""
        if not self.process:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _environment() -> dict[str, str]:
    """The own environment; without the settings' name, so that the beat stays without Django."""
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


def _python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def make_broker() -> Child | None:
    """The embedded broker, or nothing where REDIS_URL names one."""
    if settings.REDIS_URL:
        return None
    return Child("broker", broker_command(settings.BROKER_SOCKET, settings.DATA_DIR))


def make_web() -> Child:
    """The web server."""
    return Child("web", _python("gunicorn", "--config", "python:cmmportal.webserver", "cmmportal.wsgi"))


def make_worker(queue: str) -> Child:
    """The Celery worker of one queue.

    One task at a time in the process itself: each queue's work is a loop over rows, and no child can be orphaned.
    """
    alone = ("--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat")
    name = ("--queues", queue, "--hostname", f"{queue}@%h")
    return Child(queue, _python("celery", "--quiet", "--app", "cmmportal", "worker", *name, *alone))


def make_beat() -> Child:
    """Celery beat."""
    return Child("beat", _python("cmmportal.clock"))
