"""F7: PostgreSQL restarted, gone, out of connections, locked."""

import time
from contextlib import ExitStack, suppress

import psycopg

from tests.faults import papers, prepared, scenes
from tests.faults.registry import SERVICES, fault
from tests.faults.settling import require_chased

TABLES = ("members_member", "notifications_outgoingmail", "events_event")
BOUND_SECONDS = 20  # connect, lock and statement timeouts one after the other


@fault("F7", "PostgreSQL restarted, fast and by a crash", on=(SERVICES,))
def restart(stage, report):
    times, count = stage.pick(short=1, long=3), stage.pick(short=150, long=600)
    report.did = f"restart fast and immediate, {times} x in {count} mails and chases"
    stage.start()
    load = stage.load()
    stage.smtp.box.delay = 0.02
    stage.ask(scenes.invite, count=count)
    asked = stage.ask(papers.circulate, count=count // 10, chased_in_seconds=2)
    for _time in range(times):
        for mode in ("fast", "immediate"):
            load.wait_for_acts(10)
            stage.cluster.stop(mode)
            stage.cluster.start()
    load.wait_for_acts(10)
    stage.wait(lambda: stage.ask(papers.circulated).get("circulation_reminder"), 60, "the chase")
    stage.settle(report, load, doubts=2 * times)
    require_chased(stage, report, asked)


@fault("F7", "PostgreSQL gone", on=(SERVICES,))
def gone(stage, report):
    seconds = stage.pick(short=5, long=60)
    report.did = f"PostgreSQL gone for {seconds} s under load"
    stage.start()
    load = stage.load()
    load.wait_for_acts(10)
    stage.cluster.stop()
    ends_at = time.monotonic() + seconds
    stage.wait(lambda: load.seen.statuses[503], 30, "a page that says 503")
    report.require(stage.status("/readyz") == 503, "readiness does not see it")
    report.require(stage.status("/healthz") == 200, "the web process looks dead")
    time.sleep(max(0.0, ends_at - time.monotonic()))
    stage.cluster.start()
    _require_first_answer(stage, report)
    load.wait_for_acts(10)
    stage.settle(report, load, doubts=1)


@fault("F7", "PostgreSQL out of connections", on=(SERVICES,))
def out_of_connections(stage, report):
    seconds = stage.pick(short=5, long=30)
    report.did = f"every connection used up for {seconds} s under load"
    stage.start()
    load = stage.load()
    load.wait_for_acts(10)
    with ExitStack() as hoard:
        _use_up(stage.cluster, hoard)
        time.sleep(seconds)
        stage.wait(lambda: load.seen.statuses[503], 60, "a page that says 503")
    load.wait_for_acts(10)
    stage.settle(report, load, doubts=1)


@fault("F7", "a table locked for long", on=(SERVICES,))
def locked(stage, report):
    seconds = stage.pick(short=7, long=30)
    report.did = f"three tables locked for {seconds} s under load"
    stage.start()
    load = stage.load()
    load.wait_for_acts(10)
    load.seen.slowest = 0.0
    with ExitStack() as holders:
        for table in TABLES:  # each on a connection of its own: whoever holds one must not wait for the next
            holder = holders.enter_context(stage.cluster.connect(prepared.DATABASE))
            holders.enter_context(holder.transaction())
            holder.execute(f"LOCK TABLE {table}")
        time.sleep(seconds)
        stage.wait(lambda: load.seen.statuses[503], 60, "a page that says 503")
    load.wait_for_acts(10)
    stage.settle(report, load, doubts=1)
    report.require(load.seen.slowest < BOUND_SECONDS, f"a request took {load.seen.slowest:.0f} s")


def _require_first_answer(stage, report):
    status = stage.status("/events/")
    report.require(status == 200, f"the first page after its return answers {status}")


def _use_up(cluster, hoard):
    """Take every free connection and end the portal's own, until it has none: it comes back for new ones meanwhile."""
    keeper = hoard.enter_context(cluster.connect())
    ended = True
    while ended:
        ended = keeper.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [prepared.DATABASE]
        ).fetchall()
        with suppress(psycopg.OperationalError):
            while True:
                hoard.enter_context(cluster.connect())
