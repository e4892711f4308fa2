"""F21: a mail worker that needs more memory than it may take."""

import os
import signal
import threading
import time
from pathlib import Path

from tests.faults import mailed, scenes
from tests.faults.clockwork import TAMPER
from tests.faults.registry import fault

ADDRESS_SPACE = 700_000_000  # bytes; a worker at rest has mapped some 500 MB
RESIDENT = 300_000_000  # bytes; a worker at rest holds some 120 MB
PARAGRAPH = 60_000_000  # characters; writing it as HTML takes many times that
DEATHS = 5  # after which the ledger parks a mail


@fault("F21", "a mail too large for the worker's address space")
def no_address_space(stage, report):
    """The worker is refused the memory: that mail is parked, the others go."""
    report.did = "one mail for which the worker is refused memory (RLIMIT_AS)"
    stage.start(TAMPER_MEMORY=str(ADDRESS_SPACE), TAMPER_MEMORY_OF="mail", PYTHONPATH=str(TAMPER))
    _send_heavy(stage, report, lapses=DEATHS)


@fault("F21", "a mail worker killed for its memory")
def out_of_memory(stage, report):
    """The process dies alone and is started again; the mail is parked after its deaths and the others go."""
    known_deaths = stage.pick(short=DEATHS, long=DEATHS - 1)
    report.did = "one mail over which the worker is killed for its memory, again and again"
    stage.start()
    with OutOfMemoryKiller(stage) as killer:
        _send_heavy(stage, report, lapses=known_deaths, killer=killer)
    expected = DEATHS - known_deaths + 1
    report.require(killer.kills == expected, f"the worker died {killer.kills} times, not {expected}")


def _send_heavy(stage, report, *, lapses, killer=None):
    stage.hold("mail")
    stage.ask(scenes.invite, count=20)
    heavy = stage.ask(mailed.make_heavy, characters=PARAGRAPH, lapses=lapses)
    stage.wake("mail")
    if stage.is_short and killer:
        stage.wait(lambda: killer.kills, 60, "the worker's death")
        stage.ask(mailed.end_leases)
    stage.wait(lambda: stage.ask(mailed.ended, message_ids=[heavy])[heavy] == "failed", 240, "the mail to be parked")
    stage.settle(report)
    report.require(stage.smtp.count == 19, f"{stage.smtp.count} of the 19 others got theirs")
    stage.wait(lambda: stage.status("/readyz") == 200, 60, "the worker to be back")


class OutOfMemoryKiller:
    """Does to the mail worker of a portal what the kernel does where memory is short."""

    def __init__(self, stage):
        self.kills = 0
        self._stage = stage
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch_for_ever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._ended.set()
        self._thread.join()

    def _watch_for_ever(self):
        while not self._ended.is_set():
            for pid in self._stage.pids("mail"):
                self._watch(pid)
            time.sleep(0.2)

    def _watch(self, pid):
        """Look at one process often until it ends: memory is taken in milliseconds."""
        try:
            while not self._ended.is_set():
                if resident(pid) > RESIDENT:
                    os.kill(pid, signal.SIGKILL)
                    self.kills += 1
                    return
                time.sleep(0.01)
        except OSError:
            return


def resident(pid):
    """Bytes of memory the process holds; raises OSError when it is gone."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
