"""Requests to join on the desk, those that have waited longest first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Window

from apps.core import desk, panels
from apps.members.models import JoinRequest

SHOWN = 5
LATE_AFTER = timedelta(days=7)


def requests_panel(
    about: models.Model, member: models.Model | None, now: datetime
) -> tuple[str, dict[str, Any]] | None:
    """Show who waits for an answer. One query; nothing when nobody does."""
    waiting = JoinRequest.objects.waiting().annotate(total=Window(Count("pk")))
    requests = list(waiting.only("organisation", "country", "created_at").order_by("pk")[:SHOWN])
    if not requests:
        return None
    total = getattr(requests[0], "total", 0)
    context = {"requests": requests, "more": total - len(requests), "now": now, "late_before": now - LATE_AFTER}
    return "admin/members/_join_requests.html", context


panels.register(desk.WAITING, requests_panel)
