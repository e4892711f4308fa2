"""F4, F5 and F6: Redis gone, emptied, hanging."""

import os
import shutil
import signal
import time

from tests.faults import scenes
from tests.faults.registry import SERVICES, fault
from tests.faults.visitor import Seen, Visitor

PAGES = ("/", "/events/", "/dashboard/", "/events/workshop/", "/settings/profile/", "/notifications/")
GUESSES = 12
BOUND_SECONDS = 3  # a request may wait this long for a Redis that hangs, on top of what it takes on this machine now


@fault("F4", "Redis gone", on=(SERVICES,))
def redis_down(stage, report):
    seconds = stage.pick(short=10, long=120)
    report.did = f"Redis down for {seconds} s"
    stage.start()
    load = stage.load()
    member = _sign_in(stage)
    load.wait_for_acts(5)
    stage.redis.stop()
    ends_at = time.monotonic() + seconds
    _require_pages(report, member)
    stage.wait(lambda: stage.status("/readyz") == 503, 10, "readiness to say no")
    report.require(stage.status("/healthz") == 200, "the web process looks dead")
    _require_limit(stage, report)
    acts = load.acts
    time.sleep(max(0.0, ends_at - time.monotonic()))
    report.require(load.acts > acts, "nobody could do anything")
    stage.redis.start()
    stage.settle(report, load)
    stage.wait(lambda: stage.status("/readyz") == 200, 60, "readiness")
    report.require(member.get("/dashboard/").status == 200, "a session was lost")


@fault("F5", "Redis emptied, and started again without its file")
def redis_forgets(stage, report):
    count = stage.pick(short=200, long=1000)
    report.did = f"FLUSHALL, then Redis without its file, in {count} mails"
    stage.start()
    stage.smtp.box.delay = 0.02
    stage.ask(scenes.invite, count=count)
    stage.wait(lambda: stage.smtp.count >= count // 5, 60, "mails")
    with stage.broker() as broker:
        broker.flushall()
    stage.wait(lambda: stage.smtp.count >= count // 2, 120, "mails")
    _lose_redis(stage)
    stage.settle(report)
    report.require(report.mails == count, f"{count} were invited, {report.mails} got a mail")
    stage.wait(lambda: stage.status("/readyz") == 200, 60, "readiness")


@fault("F6", "Redis hangs")
def redis_hangs(stage, report):
    seconds = stage.pick(short=8, long=60)
    report.did = f"Redis held still for {seconds} s"
    stage.start()
    load = stage.load()
    usual = _slowest(load, stage.pick(short=4, long=15))
    load.seen.slowest = 0.0
    os.kill(stage.broker_pid(), signal.SIGSTOP)
    try:
        ends_at = time.monotonic() + seconds
        _require_pages(report, _sign_in(stage))
        acts = load.acts
        time.sleep(max(0.0, ends_at - time.monotonic()))
        slowest = load.seen.slowest
        report.require(load.acts > acts, "nobody could do anything")
    finally:
        os.kill(stage.broker_pid(), signal.SIGCONT)
    report.require(slowest < usual + BOUND_SECONDS, f"a request took {slowest:.1f} s, before {usual:.1f} s at most")
    stage.settle(report, load)
    stage.wait(lambda: stage.status("/readyz") == 200, 60, "readiness")


def _slowest(load, seconds):
    """The seconds that the slowest request takes while nothing is broken."""
    load.wait_for_acts(5)
    load.seen.slowest = 0.0
    time.sleep(seconds)
    return load.seen.slowest


def _lose_redis(stage):
    """End the server without a last word and take its file away before the next one starts."""
    if stage.redis:
        stage.redis.stop(signal.SIGKILL)
        stage.redis.forget()
        stage.redis.start()
    else:
        stage.hold("broker")
        for folder in (stage.folder / "data" / "broker").iterdir():
            shutil.rmtree(folder / "appendonlydir", ignore_errors=True)
        stage.kill("broker")


def _sign_in(stage):
    member = Visitor(stage.port, Seen())
    member.log_in("staff@example.org", scenes.PASSWORD)
    return member


def _require_pages(report, member):
    for path in PAGES:
        status = member.get(path).status
        report.require(status == 200, f"{path} answers {status}")


def _require_limit(stage, report):
    """Guess a password too often, then try the right one: the limit must have closed."""
    guesser = Visitor(stage.port, Seen())
    page = guesser.get("/accounts/login/")
    for _time in range(GUESSES):
        guesser.post("/accounts/login/", {"login": "busy0@mail.example", "password": "wrong wrong"}, page=page)
    right = guesser.post("/accounts/login/", {"login": "busy0@mail.example", "password": scenes.PASSWORD}, page=page)
    report.require(right.status != 302, "the limit on guessed passwords has opened")
