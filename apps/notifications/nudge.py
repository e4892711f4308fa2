"""A broker message that only says "look now". It may be lost without harm: the beat looks every five seconds."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.core.cache import FallbackCache

logger = logging.getLogger(__name__)

# A broker that hangs or is away must not hold up a page (seconds): two tries, where kombu would go on for six seconds.
IMPATIENT = {
    "socket_timeout": 0.5,
    "socket_connect_timeout": 0.5,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}


def nudge_delivery() -> None:
    """After the commit, ask the mail worker to look at the ledger."""
    _nudge_once("notifications.deliver", queue="mail")


def nudge_work() -> None:
    """After the commit, ask the other worker to look for announcements and due reminders."""
    _nudge_once("notifications.tick", queue="work")


def _nudge_once(task: str, queue: str) -> None:
    """Send one message per transaction, however many rows were written in it.

    None while Redis rests, for the cache or for an earlier nudge: a page waits for a stuck one once, not for each.
    """

    def send() -> None:
        if FallbackCache.is_resting():
            return
        try:
            with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
                current_app.send_task(task, queue=queue, expires=60, retry=False, connection=broker)
        except (OperationalError, OSError) as fault:
            FallbackCache.rest(fault)
            logger.warning("The broker did not take a nudge for %s; the beat will look.", task)

    connection = transaction.get_connection()
    waiting = {getattr(hook, "portal_task", "") for _ids, hook, _robust in connection.run_on_commit}
    if task not in waiting:
        send.portal_task = task  # type: ignore[attr-defined]  # a mark that tells hooks apart
        transaction.on_commit(send, robust=True)
