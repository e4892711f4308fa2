"""What the workers do when the beat or a nudge tells them to look."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.core.models import Heartbeat
from apps.notifications import announcements, claims, eml, holds, purge, reminders
from apps.notifications.delivery import Courier

logger = logging.getLogger(__name__)

DELIVER_SECONDS = 20.0
KEEP_BODIES = timedelta(days=90)

_courier = Courier(timezone.now)


@shared_task(name="notifications.deliver")
def deliver() -> None:
    """Send what is due."""
    _courier.deliver(seconds=DELIVER_SECONDS)
    Heartbeat.strike("mail", timezone.now())


@shared_task(name="notifications.tick")
def tick() -> None:
    """Turn due reminders and waiting announcements into ledger rows, unless mail is on hold."""
    now = timezone.now()
    if not holds.is_open():
        announcements.expand_waiting(now)
        reminders.send_out_due(now)
    claims.wake_from_the_future(now)
    purge.blank_expired_seals(now)
    # Last: a queue whose work fails must not look alive.
    Heartbeat.strike("work", timezone.now())


@shared_task(name="notifications.purge")
def purge_old() -> None:
    """Forget the bodies of old mails, and the files they became where there was no mail server."""
    before = timezone.now() - KEEP_BODIES
    purge.purge_bodies(before)
    eml.remove_files(settings.EML_FOLDER, before)
