"""Holding a process still where that holds nobody else up.

SQLite has one writer: a process stopped in the middle of writing keeps the lock of all others for as long as it stands,
and they give up after 20 seconds. No portal could mend that, and it is not what the faults that hold a process ask for.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 30
MOMENT_SECONDS = 0.02
STANDING = {"T", "t", "Z", "X"}  # proc(5): stopped, or at its end


def hold_still(pid, folder):
    """Stop the process at a moment when it writes to none of the folder's SQLite databases.

    Raises TimeoutError when there is no such moment, ProcessLookupError when there is no such process.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        os.kill(pid, signal.SIGSTOP)
        if _is_standing(pid) and not is_locking(pid, folder):
            return
        os.kill(pid, signal.SIGCONT)
        time.sleep(MOMENT_SECONDS)
    raise TimeoutError(f"process {pid} was writing whenever it was looked at")


def is_locking(pid, folder):
    """Whether the process keeps others from a SQLite database: its write lock lies in the file of the WAL's index."""
    # By way of the folder: the last connection to a database takes its files away, perhaps just now.
    files = {str(entry.inode()) for entry in os.scandir(folder) if ".sqlite3" in entry.name}
    for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
        # Such as `1: POSIX  ADVISORY  WRITE 708 08:01:264 120 120`; one that only waits has an arrow before POSIX.
        _number, kind, _binding, access, holder, file, *_bytes = line.split()
        if (kind, access, holder) == ("POSIX", "WRITE", str(pid)) and file.rpartition(":")[2] in files:
            return True
    return False


def _is_standing(pid):
    """Wait a moment for every thread to halt, which one that waits for a disk does later; whether all have."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        if STANDING.issuperset(_states(pid)):
            return True
        time.sleep(0.001)
    return False


def _states(pid):
    """The letter of proc(5) for each thread; the name before it may hold anything, brackets too."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found.append(path.read_text().rpartition(")")[2].split()[0])
    return found
