"""What a newcomer waits for: from a fresh clone to the first page and the first mail, and the start after that."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from django.conf import settings

from tests.bench.rows import Row
from tests.portal import BY_MAKE_ALONE, Portal
from tests.servers import free_port

PATIENCE_SECONDS = 300


def measure():
    """Clone what is committed, with an empty HOME, and start it twice by ``make run``: once, for it takes a minute.

    The first start fetches every package from the index that the machine is set up for.
    """
    with tempfile.TemporaryDirectory(prefix="cmm-clone-") as place:
        clone, home = Path(place) / "portal", Path(place) / "home"
        subprocess.run(["git", "clone", "--quiet", settings.BASE_DIR, clone], check=True)
        home.mkdir()
        # Not below our own data folder: its processes are told from this one by the folder's name.
        environment = os.environ | {"HOME": str(home), "DATA_DIR": f"{place}/data", "LOG_LEVEL": "INFO"}
        first_page, first_mail = _start(environment, clone, Path(place) / "data" / "mail")
        again, _mail = _start(environment, clone, None)
    return [
        Row("fresh clone, empty HOME: first page", f"{first_page:.0f} s", bar="< 60 s"),
        Row("fresh clone, empty HOME: first mail", f"{first_mail:.0f} s", bar="< 90 s"),
        Row("second start: first page", f"{again:.1f} s", bar="< 10 s"),
    ]


def _start(environment, clone, mails):
    """Start the portal in ``clone``; return the seconds to the first page and to the first file in ``mails``."""
    started = time.perf_counter()
    portal = Portal(environment, free_port(), BY_MAKE_ALONE, clone)
    try:
        portal.wait_for("/", seconds=PATIENCE_SECONDS)
        page = time.perf_counter() - started
        while mails and not any(mails.glob("*.eml")):
            assert time.perf_counter() < started + PATIENCE_SECONDS, portal.output()
            time.sleep(0.1)
        return page, time.perf_counter() - started
    finally:
        # As a terminal's Ctrl-C: to make and to the portal.
        os.killpg(portal.process.pid, signal.SIGINT)
        portal.process.wait(60)
        portal.end()
