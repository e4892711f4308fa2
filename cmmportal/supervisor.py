"""Keeps the portal's processes running: `python -m cmmportal.supervisor`, which is what `manage.py run` turns into.

It stays without Django's models and without clients of the services: it only starts, watches and ends others.
"""

import logging.config
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

from cmmportal import settings
from cmmportal.children import Child, make_beat, make_broker, make_web, make_worker

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.2
BROKER_START_SECONDS = 20
WEB_START_SECONDS = 15
SHUTDOWN_SECONDS = 25
DEMO_LOGINS = ("coordinator", "chair", "member", "other", "observer", "suspended")


class Supervisor:
    """Starts the broker, then the web process, then the rest, and ends them in the opposite order.

    `later` waits until the web process answers (or has had its chance): on a small machine they would
    only slow down the first page.
    """

    def __init__(self, broker: Child | None, web: Child, later: list[Child]) -> None:
        self.broker = broker
        self.web = web
        self.later = later
        self.is_greeted = False
        self.stopped_by = 0

    def run(self, greeting: str) -> None:
        """Stay in the foreground until a signal comes; greet once the first page can be had."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        self._start_broker()
        web_due_at = time.monotonic() + WEB_START_SECONDS
        while not self.stopped_by:
            self._tend(everything=self.is_greeted or time.monotonic() > web_due_at)
            if not self.is_greeted and _is_listening(settings.PORT):
                # gunicorn loads everything before it listens.
                print(greeting, flush=True)  # noqa: T201 - for the person at the terminal
                self.is_greeted = True
            time.sleep(LOOK_EVERY_SECONDS)
        self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped_by = number

    def _tend(self, *, everything: bool) -> None:
        for child in (self.broker, self.web, *(self.later if everything else ())):
            if child:
                child.tend(time.monotonic())

    def _start_broker(self) -> None:
        deadline = time.monotonic() + BROKER_START_SECONDS
        while self.broker and not self.stopped_by and time.monotonic() < deadline:
            self.broker.tend(time.monotonic())
            if _is_listening(settings.BROKER_SOCKET):
                return
            time.sleep(0.05)

    def _end(self) -> None:
        print("Stopping …", flush=True)  # noqa: T201 - for the person at the terminal
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        working = [*self.later, self.web]
        for group in (working, [self.broker] if self.broker else []):
            for child in group:
                child.ask_to_end()
            for child in group:
                child.wait(deadline)


def _is_listening(at: int | Path) -> bool:
    """Whether somebody takes connections on the port or unix socket."""
    family = socket.AF_INET if isinstance(at, int) else socket.AF_UNIX
    with socket.socket(family) as probe:
        probe.settimeout(1)
        try:
            probe.connect(("127.0.0.1", at) if isinstance(at, int) else str(at))
        except OSError:
            return False
    return True


def make_greeting(*, has_demo: bool) -> str:
    """What to open and, with the demo, who to be."""
    lines = ["", f"The portal is running at {settings.SITE_URL}/   (Ctrl-C ends it)"]
    if has_demo:
        logins = "  ".join(f"{name}@example.org" for name in DEMO_LOGINS)
        lines += [f"Demo logins: {logins}", f"Password of each: {settings.DEMO_PASSWORD}"]
    return "\n".join([*lines, ""])


def main() -> None:
    """Run until told to stop. The lock on the data folder comes as an open file from `manage.py run`."""
    logging.config.dictConfig(settings.LOGGING)
    greeting = make_greeting(has_demo="--demo" in sys.argv)
    later = [make_worker("mail"), make_worker("work"), make_beat()]
    supervisor = Supervisor(make_broker(), make_web(), later)
    supervisor.run(greeting)
    if supervisor.stopped_by == signal.SIGINT and not supervisor.is_greeted:
        print("Stopped.", flush=True)  # noqa: T201 - as `manage.py` says when it is stopped before
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
