"""Starting the processes that open hostile files, and believing nothing of what they say but its form."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import IO, Any

from django.conf import settings

logger = logging.getLogger(__name__)

# Nothing of ours: no key, no address of a database. The path to libraries is needed where Python was built that way.
_ENVIRONMENT = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ} | {"LANG": "C.UTF-8"}


def verdict_of(reader: str, file: IO[bytes], *arguments: str, seconds: float) -> dict[str, Any]:
    """Return what the module ``reader`` says of the file: what it found, or ``{"fault": word}``.

    ``file`` is a real one, read from its beginning. A process that dies or takes longer than ``seconds`` has met a
    file that is too much for it: ``heavy``.
    """
    file.seek(0)
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the command holds nothing of the sender's
            [sys.executable, "-E", "-s", "-B", "-m", reader, *arguments],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            cwd=settings.BASE_DIR,
            env=_ENVIRONMENT,
        )
        verdict: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        logger.warning("A file could not be read within the limits (%s).", reader)
        return {"fault": "heavy"}
    return verdict
