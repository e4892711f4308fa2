"""One benchmark in a process of its own: ``python -m tests.bench.single NAME FILE`` writes its rows to the file.

The process has Django set up and the database migrated when ``measure()`` is called.
"""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from tests.bench.benches import BENCHES


def main(name, path):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmmportal.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    rows = import_module(BENCHES[name]).measure()
    Path(path).write_text(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main(*sys.argv[1:])
