"""The daily task of the core."""

from celery import shared_task
from django.utils import timezone

from apps.core.lifetimes import forget_ended_sessions


@shared_task(name="core.tick")
def tick() -> None:
    """Once a day: forget what has ended."""
    forget_ended_sessions(timezone.now())
