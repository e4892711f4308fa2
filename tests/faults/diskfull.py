"""F8: the disk is full: of files and mails, the broker and the database."""

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from tests.faults import mailed, scenes
from tests.faults.registry import EMBEDDED, SERVICES, fault
from tests.faults.report import Skipped

CHUNK = b"\0" * 65536


@fault("F8", "the disk of the embedded portal is full", on=(EMBEDDED,))
def data_folder_full(stage, report):
    """Database, broker file and `.eml` files lie on it, so all three stop at once."""
    seconds = stage.pick(short=8, long=30)
    report.did = f"the data folder's disk full for {seconds} s: database, files, .eml"
    with small_disk(stage.folder / "data", megabytes=256) as disk:
        stage.start(is_mailed=False, TMPDIR=str(disk))
        load = stage.load(is_uploading=True)
        load.wait_for_acts(10)
        stage.ask(scenes.invite, count=100)
        put_off = load.put_off
        filled = fill(disk)
        time.sleep(seconds)
        report.require(stage.status("/") in (200, 503), "nothing can be read any more")
        stage.wait(lambda: load.put_off > put_off, 60, "somebody to notice it")
        filled.unlink()
        load.wait_for_acts(10)
        stage.settle(report, load, is_counted=False)
        load.compare_files(report, astray=0)
        compare_files(stage, report, disk / "mail")


@fault("F8", "the disk of PostgreSQL is full", on=(SERVICES,))
def cluster_full(stage, report):
    """The server may stop itself; it comes back once there is room and somebody starts it, as systemd would."""
    seconds = stage.pick(short=8, long=30)
    report.did = f"the disk of the PostgreSQL server full for {seconds} s"
    with small_disk(stage.folder / "postgres", megabytes=120) as disk:
        stage.start()
        load = stage.load(is_uploading=True)
        load.wait_for_acts(10)
        put_off = load.put_off
        filled = fill(disk)
        report.require(stage.ask(mailed.fill_until_refused), "the database took all that was written")
        time.sleep(seconds)
        stage.wait(lambda: load.put_off > put_off, 60, "somebody to notice it")
        filled.unlink()
        if not stage.cluster.answers():
            stage.cluster.stop("immediate")
            stage.cluster.start()
        load.wait_for_acts(10)
        stage.settle(report, load, doubts=1)
        load.compare_files(report, astray=0)


@contextmanager
def small_disk(folder, *, megabytes):
    """A file system of its own in memory; only root can mount one."""
    if os.geteuid() != 0:
        raise Skipped("only root can mount a small disk")
    folder.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise Skipped(f"no small disk could be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk):
    """Write until nothing more fits; returns the file to remove."""
    path = Path(disk) / "filled"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(CHUNK)
        except OSError:
            return path


def compare_files(stage, report, folder):
    """Every mail marked sent is one whole file; no half file and no second one is left."""
    rows = stage.ask(mailed.ledger)
    sent = {identity.strip("<>").partition("@")[0][:40] for identity, state, *_rest in rows if state == "sent"}
    found = [path.stem.partition("-")[2] for path in folder.glob("*.eml")]
    report.note_mails(
        sent=len(set(found)), lost=len(sent - set(found)), repeated=len(found) - len(set(found)),
        unclear=sum(state == "unclear" for _identity, state, *_rest in rows),
    )  # fmt: skip
    report.require(not report.lost, f"{report.lost} mails are marked sent and have no file")
    report.require(not report.repeated, f"{report.repeated} mails have two files")
    halves = [path.name for path in folder.glob("*.eml") if not path.read_bytes().endswith(b"\r\n")]
    report.require(not halves, f"cut files: {halves}")
    report.failures += stage.ask(mailed.ledger_differences)
