"""Another time for every process of a portal, changed while they run: a file says by how much, `tamper/` reads it."""

import time
from datetime import UTC, datetime
from pathlib import Path

TAMPER = Path(__file__).parent / "tamper"
HEARD_AFTER_SECONDS = 1.0  # the processes look several times in this


class Clockwork:
    """Give ``environment`` to the stage; ``shift`` and ``set`` then move the portal's clock."""

    def __init__(self, stage, start=None):
        self._path = stage.folder / "clock"
        self._offset = 0.0
        self._write((start - datetime.now(UTC)).total_seconds() if start else 0.0)

    @property
    def environment(self):
        return {"PYTHONPATH": str(TAMPER), "TAMPER_CLOCK": str(self._path)}

    @property
    def now(self):
        """The portal's time."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    def shift(self, delta):
        """Jump by a timedelta, forwards or backwards."""
        self._write(self._offset + delta.total_seconds())
        time.sleep(HEARD_AFTER_SECONDS)

    def set(self, moment):
        """Jump to a moment."""
        self.shift(moment - self.now)

    def _write(self, offset):
        self._offset = offset
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text(str(offset))
        unfinished.rename(self._path)
