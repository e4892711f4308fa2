"""What the worker does for people when the beat tells it to look."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.members import actions


@shared_task(name="members.tick")
def tick() -> None:
    """Settle what time alone has changed."""
    now = timezone.now()
    actions.cancel_lapsed(now)
    actions.forget_decided_requests(now)
