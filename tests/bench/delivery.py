"""Delivery by one worker and by two, against a loop that sends the same mails without a database."""

import contextlib
import json
import os
import subprocess
import sys
from functools import partial

from django.db import connection

from tests.bench.invitations import invite, make_group
from tests.bench.mailsink import mail_sink
from tests.bench.rounds import alternate
from tests.bench.rows import Row

MAILS = 600


def measure():
    """Send the same number of invitations in each way, in turn."""
    group = make_group("bench", MAILS)
    with mail_sink() as port:
        ways = {"worker": ("worker", 1), "loop": ("loop", 1), "two": ("worker", 2)}
        rates = alternate({name: partial(mails_a_second, port, group, *way) for name, way in ways.items()})
    bar = "≥ 0.6 ×" if connection.vendor == "sqlite" else "≥ 0.5 ×"
    return [
        _row("one worker, against a loop without a database", rates["worker"], rates["loop"], bar),
        _row("two workers, against one", rates["two"], rates["worker"], "≥ 1.6 × on PostgreSQL"),
    ]


def mails_a_second(port, group, part, processes):
    """Return how many mails so many processes sent in a second, from the first start to the last end."""
    if part == "worker":
        invite(group)
    connection.close()
    variables = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "tests.bench.sending", part, str(MAILS)]
    with contextlib.ExitStack() as stack:
        senders = [
            stack.enter_context(
                subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _number in range(processes)
        ]
        for sender in senders:
            sender.stdout.readline()
        for sender in senders:
            sender.stdin.write("go\n")
            sender.stdin.flush()
        results = [json.loads(sender.stdout.readline()) for sender in senders]
    sent = sum(count for count, _seconds in results)
    assert sent >= MAILS, f"{sent} of {MAILS} mails were sent"
    return sent / max(seconds for _count, seconds in results)


def _row(what, measured, base, bar):
    return Row(what, f"{measured:.0f}/s", f"{base:.0f}/s", measured / base, bar)
