"""From the coordinator's click to the first mail and to the last ledger row, in the whole running portal."""

import html
import os
import re
import time
from functools import partial
from pathlib import Path
from statistics import median

from apps.members.models import Member
from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.bench.invitations import make_event, make_group
from tests.bench.rounds import ROUNDS
from tests.bench.rows import Row
from tests.bench.webserver import Browser
from tests.portal import Portal
from tests.servers import free_port, mail_server

PATIENCE_SECONDS = 120
COORDINATOR, PASSWORD = "coordinator@bench.example", "correct horse battery"
FEW, MANY = 10, 10_000


def measure():
    """Invite ten people and ten thousand, in turn, each time from the page that shows them."""
    Member.objects.create_user(COORDINATOR, PASSWORD, name="Coordinator", is_staff=True)
    groups = {count: make_group(f"group-{count}", count) for count in (FEW, MANY)}
    with mail_server() as smtp:
        portal = Portal(os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}", "PORTAL_DEMO": "0"}, free_port())
        try:
            portal.wait_for("/readyz")
            browser = Browser(portal.port, COORDINATOR, PASSWORD)
            invite = partial(_invite, portal, browser, smtp)
            rounds = [{count: invite(group) for count, group in groups.items()} for _round in range(ROUNDS)]
        finally:
            portal.end()
    return [row for count in groups for row in _rows(count, [figures[count] for figures in rounds])]


def _invite(portal, browser, smtp, group):
    """Invite the group to a new event; return {what: figure}."""
    OutgoingMail.objects.filter(state="queued").update(state="cancelled")
    event = make_event(group)
    path = f"/admin/events/event/{event.pk}/invite/"
    page = browser.ask(f"{path}?group={group.pk}").decode()
    hidden = {name: _value_of(name, page) for name in ("csrfmiddlewaretoken", "chosen")}
    worker = _worker_of_work(portal)
    _forget_peak(worker)
    before = _memory(worker, "VmRSS")
    smtp.received.clear()
    started = time.perf_counter()
    browser.ask(path, hidden | {"_confirm": "1"}, status=302)
    figures = {"click": time.perf_counter() - started}
    # Some of the round before may still be on their way.
    figures["first mail"] = _seconds_until(lambda: _is_any_about(event, smtp.received), started)
    rows = OutgoingMail.objects.filter(kind="event_invitation", about_id=event.pk)
    count = group.memberships.count()
    figures["all ledger rows"] = _seconds_until(lambda: rows.count() == count, started)
    figures["memory"] = _memory(worker, "VmHWM") - before
    figures["login code"] = _login_code()
    return figures


def _login_code():
    """Ask for one while the invitations go out; return the seconds until the server took it, by the ledger."""
    reader = recipient_of(Member.objects.get(email=COORDINATOR))
    mail = outbox.notify_sealed(reader, "Code", "ABC-DEF", "<p>ABC-DEF</p>")
    rows = OutgoingMail.objects.filter(pk=mail.pk)
    _seconds_until(lambda: rows.filter(state="sent").exists(), time.perf_counter())
    return (rows.get().sent_at - mail.created_at).total_seconds()


def _is_any_about(event, received):
    return any(box.message["Subject"].endswith(event.title) for box in received)


def _rows(count, rounds):
    bars = {"click": "≤ 0.30 s", "first mail": "≤ 2 s", "all ledger rows": "about 5 s" if count == MANY else ""}
    for what, bar in bars.items():
        yield Row(f"{count:,} invited: {what}", f"{median(figures[what] for figures in rounds):.2f} s", bar=bar)
    if count == MANY:
        waited = median(figures["login code"] for figures in rounds)
        yield Row(f"login code in a run of {count:,}", f"{waited:.2f} s", bar="≤ 5 s")
    grown = median(figures["memory"] for figures in rounds)
    yield Row(f"{count:,} invited: what the worker's memory grew", f"{grown / 1024:.0f} MB", bar="flat")


def _value_of(name, page):
    return html.unescape(re.search(rf'name="{name}" value="([^"]+)"', page)[1])


def _seconds_until(condition, started):
    while not condition():
        assert time.perf_counter() < started + PATIENCE_SECONDS, "the portal does not get on"
        time.sleep(0.02)
    return time.perf_counter() - started


def _worker_of_work(portal):
    """The process id of the worker that writes the ledger rows."""
    return next(pid for pid in portal.family() if b"--queues\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes())


def _forget_peak(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # proc(5): resets VmHWM


def _memory(pid, field):
    """A figure of /proc/PID/status in kB."""
    return int(re.search(rf"{field}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
