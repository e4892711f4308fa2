"""A Redis server of our own on a free port, to be stopped, held still and emptied."""

import os
import shutil
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

import redis

from cmmportal.broker import bundled_server
from cmmportal.tether import die_with_parent
from tests.servers import free_port

START_SECONDS = 20


class RedisServer:
    """One of this machine or else the bundled one, with an append-only file in ``folder``."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = free_port()
        self.process = None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        program = shutil.which("redis-server") or shutil.which("valkey-server") or bundled_server()
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self.folder, "appendonly": "yes", "save": ""}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, *words],
                stdout=log,
                stderr=log,
                preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  started from the main thread
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.05)

    def stop(self, number=signal.SIGTERM):
        """End it; held still by SIGSTOP it wakes first."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.send_signal(signal.SIGCONT)
            self.process.wait(30)
            self.process = None

    def forget(self):
        """Lose the append-only file, as a server without one would."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)
        (self.folder / "appendonly.aof").unlink(missing_ok=True)

    def client(self):
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def answers(self):
        try:
            with self.client() as client:
                return client.ping()
        except (redis.RedisError, OSError):
            return False
