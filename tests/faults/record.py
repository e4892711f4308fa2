"""The load client's own record: a line before each act and one when the portal acknowledged it, on disk at once."""

import json
import os
import threading
from collections import defaultdict
from itertools import count


class Record:
    """Acts are told by ``kind`` and ``subject`` (who acts on what); ``value`` is what they set."""

    def __init__(self, path):
        self.path = path
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self._numbers = count(1)
        self.acknowledged = 0

    def attempt(self, kind, subject, value):
        """Note what is about to be asked; returns the act's number."""
        with self._lock:
            number = next(self._numbers)
            self._write({"attempt": number, "kind": kind, "subject": subject, "value": value})
            return number

    def acknowledge(self, number):
        """Note that the portal said yes."""
        with self._lock:
            self._write({"acknowledged": number})
            self.acknowledged += 1

    def close(self):
        self._file.close()

    def _write(self, entry):
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def read(self):
        """Return (how many acts were acknowledged, {(kind, subject): the values that may stand now}).

        That is the last acknowledged value or one asked for since then, of which nobody heard. A subject without an
        acknowledged act is left out.
        """
        entries = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
        acknowledged = {entry["acknowledged"] for entry in entries if "acknowledged" in entry}
        possible = defaultdict(list)
        for entry in (entry for entry in entries if "attempt" in entry):
            key = (entry["kind"], entry["subject"])
            if entry["attempt"] in acknowledged:
                possible[key] = [entry["value"]]
            elif key in possible:
                possible[key].append(entry["value"])
        return len(acknowledged), dict(possible)
