"""A process with the portal's own settings that runs scenes on request: `python -m tests.faults.inside`.

One JSON line in, ``{"scene": "module:function", "arguments": {…}}``, one JSON line out, with ``result`` or ``error``.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from functools import partial
from importlib import import_module

import django
from django.conf import settings
from django.db import connections

from cmmportal.tether import die_with_parent


class Inside:
    """The near end: starts the process under ``environment`` and asks it."""

    def __init__(self, environment):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.inside"],
            cwd=settings.BASE_DIR,
            env=environment | {"DJANGO_SETTINGS_MODULE": "cmmportal.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  started from the main thread
        )

    def ask(self, scene, **arguments):
        """Run the function there and return its result, which must be JSON."""
        asked = {"scene": f"{scene.__module__}:{scene.__name__}", "arguments": arguments}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answered = json.loads(self._process.stdout.readline() or '{"error": "the inner process has ended"}')
        if "error" in answered:
            raise RuntimeError(answered["error"])
        return answered["result"]

    def end(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def answer_for_ever():
    """The far end: until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(_answer(**json.loads(line))), flush=True)  # noqa: T201  the answer


def _answer(scene, arguments):
    module, _, name = scene.partition(":")
    try:
        result = getattr(import_module(module), name)(**arguments)
        return {"result": list(result) if isinstance(result, Iterator) else result}
    except Exception:  # noqa: BLE001  told to who asked
        return {"error": traceback.format_exc()}
    finally:
        connections.close_all()  # the database may be stopped before the next question


if __name__ == "__main__":
    django.setup()
    answer_for_ever()
