"""What the worker does with publications when the beat tells it to look."""

from __future__ import annotations

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from apps.publications import actions
from apps.publications.models import Publication

logger = logging.getLogger(__name__)


@shared_task(name="publications.tick")
def tick() -> None:
    """Publish what is due."""
    publish_what_is_due(timezone.now())


def publish_what_is_due(now: datetime) -> None:
    """One query when nothing is due; a second run does nothing. A fault with one does not stop the others."""
    for publication in list(Publication.objects.to_publish(now)):
        try:
            actions.publish_due(publication, now)
        except Exception:  # the edge of a task
            logger.exception("Publication %s could not be published.", publication.pk)


@shared_task(name="publications.tidy")
def tidy() -> None:
    """Once a day: remove files that belong to no version."""
    actions.remove_stray_files(timezone.now())
