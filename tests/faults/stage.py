"""Where a fault is played: a whole portal with databases and mail server of its own, all ended afterwards."""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import redis

from tests.faults import mailed, prepared, scenes
from tests.faults.inside import Inside
from tests.faults.load import Load
from tests.faults.mailserver import MoodyServer
from tests.faults.redisserver import RedisServer
from tests.faults.settling import compare
from tests.faults.still import hold_still
from tests.portal import Portal, own_environment
from tests.servers import free_port

BOOT_SECONDS = 120
LOOK_EVERY_SECONDS = 0.2
LONGEST_WORD = 400  # of one line of the log, which may hold a whole traceback
CATCH_UP_SECONDS = 60  # the bar: from the end of a fault until all work is done
PATIENCE_SECONDS = 180  # how long to look on, so that a failure shows by how much

# How each process of the portal is told from the others by its command line.
PARTS = {
    "mail": b"--queues\0mail\0",
    "work": b"--queues\0work\0",
    "beat": b"cmmportal.clock",
    "web": b"cmmportal.webserver",
    "broker": b"valkey.sock",
}


class Stage:
    """``on`` is embedded or services; ``is_short`` asks for the short form. Nothing runs before ``start``."""

    def __init__(self, folder, on, *, is_short):
        self.folder = Path(folder)
        self.on = on
        self.is_short = is_short
        self.port = free_port()
        self.portal = self.inside = self.smtp = self.cluster = self.redis = None
        self._ending = ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._ending.close()

    def pick(self, *, short, long):
        return short if self.is_short else long

    def start(self, *, is_mailed=True, **environment):
        """Start the services, then the portal on a migrated database, and wait until it is ready."""
        given = own_environment(self.folder / "data") | {"PORTAL_DEMO": "0", "LOG_LEVEL": "WARNING"}
        if is_mailed:
            self.smtp = MoodyServer()
            self._ending.callback(self.smtp.down)
            given |= {"EMAIL_URL": self.smtp.url, "MAIL_FROM": "portal@example.org"}
        if self.on == "services":
            given |= self._services()
        else:
            prepared.give_file(self.folder / "data")
        self.environment = given | environment
        self.inside = Inside(self.environment)
        self._ending.callback(self.inside.end)
        self.ask(scenes.prepare)
        self.run()

    def run(self):
        """Start the portal itself, and wait until it is ready."""
        self.portal = Portal(self.environment, self.port)
        self._ending.callback(_end, self.portal)
        self.portal.wait_for("/readyz", seconds=BOOT_SECONDS)

    def _services(self):
        self.cluster = prepared.give_cluster(self._folder("postgres"))
        self.cluster.start()
        self._ending.callback(self.cluster.stop)
        self.redis = RedisServer(self._folder("redis"))
        self.redis.start()
        self._ending.callback(self.redis.stop)
        return {"DATABASE_URL": self.cluster.url(prepared.DATABASE), "REDIS_URL": self.redis.url}

    def _folder(self, name):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        self.folder.chmod(0o755)  # the database's own user passes through
        return folder

    def ask(self, scene, **arguments):
        return self.inside.ask(scene, **arguments)

    def status(self, path):
        return self.portal.status(path)

    def pids(self, part):
        """The process ids of one part (see PARTS), oldest first."""
        return sorted(pid for pid in self.portal.family() if PARTS[part] in _command(pid))

    def pid(self, part):
        """The oldest process of the part; waits until there is one."""
        self.wait(lambda: self.pids(part), 60, f"a process for {part}")
        return self.pids(part)[0]

    def kill(self, *parts, number=signal.SIGKILL):
        """Send a signal to the oldest process of each part, all at once."""
        for pid in [self.pid(part) for part in parts]:
            os.kill(pid, number)

    def hold(self, *parts):
        """Let these processes stand still, none of them with the database's lock in its hands."""
        for pid in [self.pid(part) for part in parts]:
            hold_still(pid, self.environment["DATA_DIR"])

    def wake(self, *parts):
        self.kill(*parts, number=signal.SIGCONT)

    def wait(self, condition, seconds, what):
        """Wait until the condition holds; raises with ``what`` was waited for."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds} s in vain for {what}")
            time.sleep(LOOK_EVERY_SECONDS)

    def load(self, **sizes):
        """Set people to work on the portal; ends with ``settle``."""
        load = Load(self, **sizes)
        self._ending.callback(load.end)
        load.begin()
        return load

    def settle(self, report, load=None, *, within=CATCH_UP_SECONDS, is_counted=True, doubts=0):
        """Wait until all that is due is done; then compare what was promised, the ledger and the mail server. So many
        mails may be in ``doubts``.
        """
        since = time.monotonic()
        if load is not None:
            load.end()
        deadline = since + max(PATIENCE_SECONDS, within)
        while (left := self.ask(mailed.unfinished)) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
        report.seconds = max(report.seconds or 0.0, time.monotonic() - since)
        report.require(not left, f"{left} mails and announcements are due and not done")
        report.require(report.seconds <= within, f"caught up after {report.seconds:.0f} s, not within {within}")
        if is_counted:
            compare(self, report, doubts=doubts)
        if load is not None:
            load.compare(report)

    def broker_pid(self):
        """The Redis of this stage: a server of its own, or the portal's embedded one."""
        return self.redis.process.pid if self.redis else self.pid("broker")

    def broker(self):
        """A client of the broker."""
        where = self.redis.url if self.redis else f"unix://{self.folder / 'data' / 'valkey.sock'}"
        return redis.Redis.from_url(where, socket_timeout=5)

    def last_words(self, lines=20):
        if self.portal is None:
            return "it never started"
        return "\n".join(line[:LONGEST_WORD] for line in self.portal.output().splitlines()[-lines:])


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _end(portal):
    if not portal.log.closed:
        portal.end()
