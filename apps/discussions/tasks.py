"""What the worker does with discussions when the beat tells it to look."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.discussions import actions
from apps.discussions.models import today_of
from apps.notifications import holds


@shared_task(name="discussions.tick")
def tick() -> None:
    """Have the posts without names told at their fixed times, nothing while mail is held; forget the marks of deleted
    ones once their day is over.
    """
    now = timezone.now()
    if not holds.is_open():
        actions.tell_in_batches(now)
    actions.forget_marks(today_of(now))
