"""Changes of events that are told in a moment, for what the desk says is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event, Participation
from apps.notifications.admin import due
from apps.notifications.kinds import KINDS


def settling_changes(now: datetime) -> Iterator[due.Due]:
    """Name the changes that are not told yet, not undone, and concern somebody. One query."""
    changed = Event.objects.scheduled().exclude(settles_at=None).annotate(concerned=Subquery(_concerned()))
    for event in changed.defer("agenda", "public_summary").order_by("settles_at", "pk")[: due.SHOWN + 1]:
        count, at = getattr(event, "concerned", None), event.settles_at
        if count and at is not None and event.has_untold_change:
            label, url = KINDS["event_changed"].label, reverse("admin:events_event_change", args=[event.pk])
            state = _("goes out now") if at <= now else _("can still be undone")
            yield due.Due(at, label, event.title, url, count, state, event.is_chatham_house)


def _concerned() -> QuerySet[Any, Any]:
    """Those who hear of a change: the invited, but for who said no."""
    told = Participation.objects.live().filter(event=OuterRef("pk")).exclude(answer="no")
    return told.order_by().values("event").annotate(size=Count("pk")).values("size")


due.register_ahead(settling_changes)
