"""The long run: breaks the portal in every way, one after the other, and prints a table."""

import argparse
import os
import subprocess
import sys
import time
from functools import partial

from cmmportal.tether import die_with_parent
from tests.faults.registry import BOTH, faults
from tests.faults.report import heading, line


def main():
    """Returns the exit status: 1 when anything failed."""
    chosen = _arguments()
    if not chosen.bare:
        _say(heading())
    return max(_side_by_side()) if chosen.on == "both" else _one_after_the_other(chosen)


def _side_by_side():
    """Most of a fault is waiting, so embedded and services are each a process of their own. Returns their statuses."""
    command = [sys.executable, "-m", "tests.faults", *sys.argv[1:], "--bare", "--on"]
    tether = partial(die_with_parent, os.getpid())
    lanes = [subprocess.Popen([*command, on], preexec_fn=tether) for on in BOTH]  # noqa: PLW1509  from the main thread
    return [lane.wait() for lane in lanes]


def _one_after_the_other(chosen):
    known = [found for found in faults() if not chosen.names or found.name in chosen.names]
    started_at = time.monotonic()
    reports = []
    for found in (found for found in known if chosen.on in found.on):
        reports.append(found.run(chosen.on, is_short=chosen.short))
        _say(line(reports[-1]))
    failed = sum(bool(report.failures) for report in reports)
    skipped = sum(bool(report.skipped) for report in reports)
    minutes = (time.monotonic() - started_at) / 60
    _say(f"{chosen.on}: {len(reports)} runs in {minutes:.1f} minutes, {failed} failed, {skipped} SKIPPED.")
    return 1 if failed or not reports else 0


def _say(text):
    print(text, flush=True)  # noqa: T201  the table is what one asked for


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="F1", help="only these faults; all without")
    parser.add_argument("--short", action="store_true", help="smaller numbers and shorter pauses, as in the suite")
    parser.add_argument("--on", choices=[*BOTH, "both"], default="both", help="both: side by side")
    parser.add_argument("--bare", action="store_true", help="without the table's heading")
    return parser.parse_args()
