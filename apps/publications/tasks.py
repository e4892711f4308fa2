"""The daily task of publications."""

from celery import shared_task
from django.utils import timezone

from apps.publications.actions import remove_stray_files


@shared_task(name="publications.tick")
def tick() -> None:
    """Once a day: remove files that belong to no version."""
    remove_stray_files(timezone.now())
