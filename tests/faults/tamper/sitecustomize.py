"""Python loads this first in every process of a portal under test: another time, less memory, as the environment says.

``TAMPER_CLOCK``: a file with the seconds to add to the clock, looked at again and again. ``TAMPER_MEMORY``: what a
process whose command line holds ``TAMPER_MEMORY_OF`` may take, in bytes of address space.
"""

import os
import resource
import sys
import threading
import time
from pathlib import Path

LOOK_EVERY_SECONDS = 0.1


class ShiftedClock:
    """Holds time-machine at the offset in the file, in this process and after every fork."""

    def __init__(self, path):
        import time_machine

        self._path = path
        self._offset = self._read()
        self._time = time_machine.travel(time.time() + self._offset, tick=True).start()
        self._real = time_machine.escape_hatch.time.time
        time.time()  # it counts from the first time it is asked
        self._watch()
        os.register_at_fork(after_in_child=self._watch)

    def _read(self):
        return float(self._path.read_text())

    def _watch(self):
        threading.Thread(target=self._follow_for_ever, daemon=True, name="clock").start()

    def _follow_for_ever(self):
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            offset = self._read()
            if offset != self._offset:
                self._offset = offset
                self._time.move_to(self._real() + offset)
                time.time()


if os.environ.get("TAMPER_CLOCK"):
    ShiftedClock(Path(os.environ["TAMPER_CLOCK"]))
if os.environ.get("TAMPER_MEMORY") and os.environ["TAMPER_MEMORY_OF"] in sys.orig_argv:
    resource.setrlimit(resource.RLIMIT_AS, (int(os.environ["TAMPER_MEMORY"]),) * 2)
