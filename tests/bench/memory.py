"""What the whole portal takes of the machine's memory, a minute after its first page."""

import os
import time
from pathlib import Path

from django.conf import settings

from tests.bench.rows import Row
from tests.portal import Portal
from tests.servers import free_port

SETTLED_SECONDS = 60


def measure():
    """Start the portal with the demo, look at a page, and add up the memory of all its processes.

    Counted is PSS: memory that processes share is counted once. Servers that were there already are not ours.
    """
    # Not below our own data folder: its processes are told from this one by the folder's name.
    folder = f"{settings.DATA_DIR}-portal"
    portal = Portal(os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "INFO"}, free_port())
    try:
        portal.wait_for("/")
        time.sleep(SETTLED_SECONDS)
        parts = {pid: megabytes(pid) for pid in portal.family()}
    finally:
        portal.end()
    return [Row(f"PSS of all {len(parts)} processes", f"{sum(parts.values()):.0f} MB", bar="≤ 400 MB")]


def megabytes(pid):
    """Return the proportional set size of one process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("Pss:")]
    return int(line.split()[1]) / 1024
