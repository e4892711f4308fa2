"""F14: an upgrade that has begun, one that fails in the middle, one that meets a lock, and the way back."""

import sqlite3
import time
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults import scenes, schemascenes
from tests.faults.newer import NewerPortal
from tests.faults.registry import fault

EXPANDING = {
    "events": (
        "migrations.AddField('event', 'colour', models.CharField(max_length=9, db_default='red'))",
        "migrations.AddField('participation', 'dish', models.CharField(max_length=9, null=True))",
        "migrations.AddIndex('event', models.Index(fields=['title'], name='event_by_title'))",
    ),
    "notifications": (
        "migrations.AddField('outgoingmail', 'weight', models.IntegerField(db_default=0))",
        "migrations.CreateModel('Stamp', [('id', models.BigAutoField(primary_key=True))])",
    ),
}
BREAKING = (EXPANDING["events"][0], "migrations.RunPython(fail, fail)")
PATIENCE_SECONDS = 60


@fault("F14", "old code on the tables of a newer version")
def run_old_code_on_newer_tables(stage, report):
    """Migrated under load by the newer code, restarted, and taken back: the present code works all the while."""
    report.did = "migrated by newer code under load, old code goes on; then back"
    stage.start()
    load = stage.load()
    load.wait_for_acts(5)
    newer, before = NewerPortal(stage.folder / "newer"), stage.ask(schemascenes.columns)
    last = {app: newer.add_migration(app, *operations) for app, operations in EXPANDING.items()}
    _succeed(report, newer.manage(stage.environment, "migrate"))
    report.require(stage.ask(schemascenes.columns) != before, "the migration changed nothing")
    load.wait_for_acts(10)
    stage.portal.end()
    stage.run()  # its own `migrate` meets migrations that it does not know
    load.wait_for_acts(10)
    stage.ask(scenes.invite, count=30)
    for app, name in last.items():
        _succeed(report, newer.manage(stage.environment, "migrate", app, name))
    report.require(stage.ask(schemascenes.columns) == before, "the way back does not lead back")
    load.wait_for_acts(5)
    stage.settle(report, load)


@fault("F14", "a migration that fails in the middle")
def fail_in_the_middle(stage, report):
    report.did = "a migration raises after its first change"
    stage.start()
    load = stage.load()
    newer, before = NewerPortal(stage.folder / "newer"), stage.ask(schemascenes.columns)
    newer.add_migration("events", *BREAKING)
    done = newer.manage(stage.environment, "migrate")
    report.require(done.returncode == 1 and "in the middle" in done.stderr, f"it did not fail so: {done.stderr}")
    report.require(stage.ask(schemascenes.columns) == before, "the tables are not as before")
    report.require(stage.status("/readyz") == 200, "the portal is not ready")
    load.wait_for_acts(5)
    stage.settle(report, load)


@fault("F14", "a migration that meets a held table")
def meet_a_lock(stage, report):
    """It gives up in time and says so; the pages that waited behind it go on."""
    report.did = "a migration while somebody holds the table"
    stage.start()
    newer = NewerPortal(stage.folder / "newer")
    newer.add_migration("events", *EXPANDING["events"])
    with _held(stage):
        began_at = time.monotonic()
        done = newer.manage(stage.environment, "migrate")
        seconds = time.monotonic() - began_at
    report.require(done.returncode == 1, "it did not give up")
    report.require(
        done.stderr.startswith("CommandError: Somebody holds a table"), f"it does not say why: {done.stderr}"
    )
    report.require(seconds < PATIENCE_SECONDS, f"it gave up after {seconds:.0f} s")
    _succeed(report, newer.manage(stage.environment, "migrate"))
    stage.ask(scenes.invite, count=30)
    stage.settle(report)


@contextmanager
def _held(stage):
    """Somebody's transaction that has read an event and does not end; on SQLite, one that writes."""
    if stage.cluster:
        with stage.cluster.connect("portal") as other, other.transaction():
            other.execute("SELECT * FROM events_event")
            yield
        return
    path = Path(stage.environment["DATA_DIR"]) / "portal.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def _succeed(report, done):
    report.require(done.returncode == 0, f"{done.args[1:]}: {done.stdout}{done.stderr}")
