"""The long run: breaks portals in every way, some at a time, and prints a table."""

import argparse
import itertools
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.faults.lane import enter
from tests.faults.registry import BOTH, faults
from tests.faults.report import heading, line

LANES = 3  # most of a fault is waiting, so two cores do not mind
# What waits longest begins first, so that no lane is left alone with it.
WAITING = ("F21", "F8", "F9", "F11", "F4", "F7", "F15", "F6", "F14")


def main():
    """Returns the exit status: 1 when anything failed."""
    chosen = _arguments()
    ways = BOTH if chosen.on == "both" else (chosen.on,)
    known = [found for found in faults() if not chosen.names or found.name in chosen.names]
    runs = [(found, on) for found in _in_turns(known) for on in ways if on in found.on]
    started_at = time.monotonic()
    _say(heading())
    reports = []
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(LANES, spawning, initializer=enter, initargs=(os.getpid(),)) as lanes:
        for done in as_completed([lanes.submit(_run, found.slug, on, chosen.short) for found, on in runs]):
            reports.append(done.result())
            _say(line(reports[-1]))
    failed = sum(bool(report.failures) for report in reports)
    skipped = sum(bool(report.skipped) for report in reports)
    minutes = (time.monotonic() - started_at) / 60
    _say(f"{len(reports)} runs in {minutes:.1f} minutes, {failed} failed, {skipped} SKIPPED.")
    return 1 if failed or not reports else 0


def _in_turns(known):
    """One that waits, one that works: the lanes neither all wait nor all press for the cores."""
    waiting = sorted((found for found in known if found.name in WAITING), key=lambda found: WAITING.index(found.name))
    working = (found for found in known if found.name not in WAITING)
    return [found for pair in itertools.zip_longest(waiting, working) for found in pair if found is not None]


def _run(slug, on, is_short):
    [found] = [found for found in faults() if found.slug == slug]
    return found.run(on, is_short=is_short)


def _say(text):
    print(text, flush=True)  # noqa: T201  the table is what one asked for


def _arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="F1", help="only these faults; all without")
    parser.add_argument("--short", action="store_true", help="smaller numbers and shorter pauses, as in the suite")
    parser.add_argument("--on", choices=[*BOTH, "both"], default="both", help="on which servers; both without")
    return parser.parse_args()
