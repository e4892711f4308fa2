"""Ten thousand people from a CSV file, by ``manage.py import_members``."""

import os
import tempfile
import time
from pathlib import Path

from apps.members.models import Invitation
from apps.notifications.models import OutgoingMail
from tests.bench.invitations import make_group
from tests.bench.rows import Row
from tests.portal import run_manage

PEOPLE = 10_000
HEAD = "email;name;position;organisation;stakeholder_group;country"


def measure():
    """Import so many to prepare their invitations, and as many others to send them: once each."""
    make_group("imported", 0)
    prepared, invited = _import("prepared"), _import("invited", "--invite")
    return [
        Row(f"import of {PEOPLE:,} people", f"{prepared:.0f} s", bar="about 60 s"),
        Row("the same, invited at once", f"{invited:.0f} s", bar="about 60 s"),
    ]


def _import(mark, *options):
    """Import people whose addresses begin with ``mark``; return the seconds."""
    people = Invitation.objects.filter(address__startswith=mark)
    with tempfile.TemporaryDirectory(prefix="cmm-import-") as folder:
        path = Path(folder) / "people.csv"
        path.write_text("\n".join([HEAD, *_lines(mark)]), encoding="utf-8")
        started = time.perf_counter()
        done = run_manage(os.environ, "import_members", str(path), "--group", "imported", *options)
        seconds = time.perf_counter() - started
    mails = OutgoingMail.objects.filter(kind="invitation").count()
    assert (people.count(), mails) == (PEOPLE, PEOPLE if options else 0), done.stdout[-1000:] + done.stderr
    return seconds


def _lines(mark):
    for number in range(PEOPLE):
        yield f"{mark}{number}@mail{number % 97}.example;Person {number};Adviser;Ministry {number % 300};party;DE"
