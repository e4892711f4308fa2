"""A PostgreSQL server of our own, to be stopped, filled and locked: made by initdb in a folder that goes afterwards."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from cmmportal.tether import die_with_parent
from tests.faults.report import Skipped
from tests.servers import free_port

CONFIGURATION = """
listen_addresses = '127.0.0.1'
max_connections = 30
shared_buffers = 64MB
fsync = on
"""
START_SECONDS = 30


class Cluster:
    """Databases on a free port of the loopback; PostgreSQL refuses root, so root lends it the user postgres."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = free_port()
        self.user = "postgres" if os.geteuid() == 0 else None
        self.process = None
        self._programs = _programs()

    def create(self):
        """Make an empty server in the folder."""
        self._own()
        words = ["--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [self._programs / "initdb", "-D", self.folder / "data", *words]
        subprocess.run(command, check=True, user=self.user, cwd=self.folder, capture_output=True, timeout=120)
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)

    def _own(self):
        """PostgreSQL runs as another user than root and wants its files to itself."""
        if self.user:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, self.user)

    def url(self, database):
        return f"postgres://portal@127.0.0.1:{self.port}/{database}"

    def start(self, seconds=START_SECONDS):
        """Start the server and wait until it answers; after a crash it mends itself first."""
        self._own()
        options = {"port": self.port, "unix_socket_directories": self.folder}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.folder / "data", *words],
                user=self.user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_us(os.getpid()),  # noqa: PLW1509  started from the main thread
            )
        deadline = time.monotonic() + seconds
        while not self.answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.05)

    def stop(self, mode="fast"):
        """``fast`` ends the connections, ``immediate`` is a crash without a last write."""
        if self.process is None:
            return
        self.process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        self.process.wait(60)
        self.process = None

    def connect(self, database="postgres"):
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="portal", dbname=database, autocommit=True, connect_timeout=5
        )

    def execute(self, statement, database="postgres"):
        with self.connect(database) as connection:
            connection.execute(statement)

    def answers(self):
        """Whether it takes connections now."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


def _die_with_us(parent):
    return lambda: die_with_parent(parent)


def _programs():
    """The folder of initdb and postgres, newest first; Debian keeps them off the path."""
    beside = shutil.which("pg_config")
    told = [Path(subprocess.check_output([beside, "--bindir"], text=True).strip())] if beside else []
    usual = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for folder in (*told, *usual):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Skipped("no PostgreSQL server programs")
