"""The daily task of the core."""

from celery import shared_task
from django.utils import timezone

from apps.core.leftovers import LEFT_AFTER, remove_leftovers
from apps.core.lifetimes import forget_ended_sessions
from apps.core.strays import remove_strays


@shared_task(name="core.tick")
def tick() -> None:
    """Once a day: forget what has ended, and remove files that killed processes have left, or that lost their row."""
    now = timezone.now()
    forget_ended_sessions(now)
    remove_leftovers(now - LEFT_AFTER)
    remove_strays(now)
