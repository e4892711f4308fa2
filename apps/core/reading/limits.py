"""What a process that opens a hostile file may do: read its input, think for a while, say one thing."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

_MEGABYTE = 1024 * 1024
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.")


class Fault(Exception):
    """Why the file is not taken: the word for it."""


def read_within_limits(
    read: Callable[[BinaryIO], dict[str, Any]],
    *,
    memory_megabytes: int = 512,
    cpu_seconds: int = 20,
    written_bytes: int = 0,
) -> None:
    """Shut this process in, let ``read`` look at standard input, and print what it found, or ``{"fault": word}``."""
    shut_in(memory_megabytes, cpu_seconds, written_bytes)
    print(json.dumps(_verdict(read)))  # noqa: T201 - the one thing such a process is for


def shut_in(memory_megabytes: int, cpu_seconds: int, written_bytes: int) -> None:
    """Give up memory, time, files and network beyond what reading takes. There is no way back."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_megabytes * _MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written_bytes, written_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable()
    _leave_network()
    _end_with_parent()
    sys.addaudithook(_refuse)


def _leave_network() -> None:
    """Where the system lets us, go where there is no network. Some containers do not."""
    try:
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    except (OSError, AttributeError):
        pass


def _end_with_parent() -> None:
    """Nobody waits for what this process finds once its parent was killed. After the network: that would undo it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _refuse(event: str, arguments: Any) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def _verdict(read: Callable[[BinaryIO], dict[str, Any]]) -> dict[str, Any]:
    try:
        return read(sys.stdin.buffer)
    except Fault as fault:
        return {"fault": str(fault)}
    except MemoryError:
        return {"fault": "heavy"}
    except Exception:  # noqa: BLE001 - a parser of hostile files raises anything, and all of it means the same
        return {"fault": "broken"}
