"""A process that sends: ``python -m tests.bench.sending worker|loop COUNT``.

It prints a line when ready, starts when it gets one, and prints how many mails it sent in how many seconds. ``worker``
is the portal's delivery until nothing is due; ``loop`` renders, builds and sends the newest invitations over one kept
connection and may not ask the database.
"""

import json
import sys
import time

import django


def main(part, count):
    django.setup()
    send = {"worker": worker, "loop": loop}[part](count)
    _tell("ready")
    sys.stdin.readline()
    started = time.perf_counter()
    sent = send()
    _tell(json.dumps([sent, time.perf_counter() - started]))


def _tell(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def worker(count):
    from django.utils import timezone

    from apps.notifications.delivery import Courier

    courier = Courier(timezone.now)
    return lambda: courier.deliver(seconds=600)


def loop(count):
    from django.db import connection
    from django.utils import timezone

    from apps.notifications.facts import Facts
    from apps.notifications.models import OutgoingMail
    from apps.notifications.render import write
    from apps.notifications.transport import Channel
    from apps.notifications.wire import compose

    mails = list(OutgoingMail.objects.select_related("announcement", "reminder").order_by("-pk")[:count])
    facts = Facts(mails)
    readers = [facts.recipient_of(mail) for mail in mails]
    abouts = [facts.subject_of(mail) for mail in mails]
    for about in set(abouts):
        about.group  # noqa: B018  read now: not a query later
    for mail in mails:
        mail.written_at = None
    channel = Channel("default")

    def send():
        now = timezone.now()
        for mail, about, reader in zip(mails, abouts, readers, strict=True):
            write(mail, about, reader, now)
            channel.send(compose(mail, reader.address, facts.rows), _no_lease)
        channel.close()
        return len(mails)

    def send_without_database():
        with connection.execute_wrapper(_refuse):
            return send()

    return send_without_database


def _no_lease():
    """Nobody else sends these."""


def _refuse(*query):
    raise AssertionError(query)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
