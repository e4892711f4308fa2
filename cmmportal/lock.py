"""The locks on the data folder: one supervisor at a time, and no restore while any process works on it.

The kernel lets go of both however a process ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from apps.core.refused import Refused

_held: list[int] = []


def take_run_lock(data_dir: Path) -> int:
    """Lock the data folder for this process's life; returns the open file. Refuses, naming who has it."""
    path = data_dir / "run.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = path.read_text(encoding="ascii").strip()
        raise Refused(f"The portal is already running on {data_dir} (process {holder}).") from None
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def mark_in_use(data_dir: Path) -> None:
    """Say for this process's life that it works on the data folder; any number of processes may."""
    _held.append(_take_use_lock(data_dir, fcntl.LOCK_SH))


def refuse_users(data_dir: Path) -> None:
    """Refuse while a web process or worker works on the data folder; from now on none can begin to."""
    _held.append(_take_use_lock(data_dir, fcntl.LOCK_EX))


def _take_use_lock(data_dir: Path, kind: int) -> int:
    lock = os.open(data_dir / "use.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        other = "A restore" if kind == fcntl.LOCK_SH else "A web process or worker"
        raise Refused(f"{other} is working on {data_dir}; wait for its end or stop it.") from None
    return lock
