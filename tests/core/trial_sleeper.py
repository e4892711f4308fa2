"""A reader that says it has begun, by an empty file, and then takes its time."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from apps.core.reading.limits import read_within_limits


def read(file: BinaryIO) -> dict[str, Any]:
    Path(sys.argv[1]).touch()
    time.sleep(120)
    return {}


if __name__ == "__main__":
    read_within_limits(read)
