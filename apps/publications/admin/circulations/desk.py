"""The circulations that run or are prepared, on the desk: how long, how many owe an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from apps.core import desk, panels
from apps.publications.admin.circulations.counts import with_counts
from apps.publications.deadline import time_left
from apps.publications.models import Circulation
from apps.publications.standing import day_of

SHOWN = 6


def circulations_panel(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show what is in circulation, the next deadline first. One query; nothing when nothing is."""
    found = Circulation.objects.visible_to(member).filter(state__in=["prepared", "open"])
    rows = with_counts(found.select_related("publication", "version"), day_of(now))
    rows = rows.defer("version__text", "publication__abstract").order_by("deadline_at", "pk")[:SHOWN]
    lines = [(row, time_left(row.deadline_at, now) if row.is_open else "") for row in rows]
    return ("admin/publications/_circulations.html", {"lines": lines}) if lines else None


panels.register(desk.DESK, circulations_panel)
