"""Tries from inside what a process that opens hostile files may do; the tests ask it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO

from apps.core.reading.limits import read_within_limits

_GIGABYTE = 1024**3


def read(file: BinaryIO) -> dict[str, Any]:
    """Return whether each of these could be done."""
    return {
        "network": _can(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
        "program": _can(lambda: subprocess.run([sys.executable, "-c", ""], check=True)),
        "memory": _can(lambda: bytearray(_GIGABYTE)),
        "disk": _can(_write),
        "environment": sorted(name for name in os.environ if not name.startswith(("LC_", "LD_"))),
    }


def _write() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 1_000_000)


def _can(act: Callable[[], object]) -> bool:
    try:
        act()
    except (OSError, MemoryError):
        return False
    return True


def main() -> None:
    read_within_limits(read)


if __name__ == "__main__":
    main()
