"""Reported posts on the desk of the secretariat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from apps.core import desk, panels, waiting
from apps.discussions.models import PostReport


def reports_panel(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Say how many reports wait. One query; nothing when none does."""
    count = PostReport.objects.waiting().count()
    return ("admin/discussions/_reports.html", {"count": count, "things": count}) if count else None


def offer() -> None:
    """Register. Called once, when the application is ready."""
    panels.register(desk.WAITING, reports_panel)
    waiting.count_things(PostReport.objects.waiting)
