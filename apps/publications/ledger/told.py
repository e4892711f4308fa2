"""Whether a circulation that ended did so, and whether those whom it concerns were told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from apps.notifications.ledger import GRACE
from apps.notifications.models import Announcement
from apps.publications.models import Circulation


def differences(now: datetime) -> Iterator[str]:
    """Yield circulations that should be closed, and cancellations and endings nobody was told of. Five queries."""
    for pk in Circulation.objects.over(now - GRACE).order_by("pk").values_list("pk", flat=True):
        yield f"circulation {pk}: its deadline has passed and it is still open"
    ended = Circulation.objects.exclude(opened_by=None)
    cancelled = ended.filter(state=Circulation.State.CANCELLED).exclude(pk__in=_announced("circulation_cancelled"))
    for pk in cancelled.order_by("pk").values_list("pk", flat=True):
        yield f"circulation {pk}: it was cancelled and nobody was told"
    for pk in ended.to_summarise(now - GRACE).order_by("pk").values_list("pk", flat=True):
        yield f"circulation {pk}: it was closed and nobody was told how it ended"
    resolved = Circulation.objects.exclude(told_at=None).exclude(pk__in=_announced("comments_resolved"))
    for pk in resolved.order_by("pk").values_list("pk", flat=True):
        yield f"circulation {pk}: its comments are settled and nobody was told"
    summarised = ended.exclude(summarised_at=None).exclude(pk__in=_announced("circulation_summary"))
    for pk in summarised.order_by("pk").values_list("pk", flat=True):
        yield f"circulation {pk}: the summary of its end was not written"


def _announced(kind: str) -> QuerySet[Any]:
    about_type = ContentType.objects.get_for_model(Circulation)
    return Announcement.objects.filter(kind=kind, about_type=about_type).values("about_id")
