"""The scheduler's line on the desk, the admin's first page: silence must not look like "nothing to do"."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models

from apps.core import panels
from apps.core.health import HEARTBEATS
from apps.core.models import Heartbeat

PULSE, DESK = "desk.pulse", "desk"
OLDEST_BEAT = timedelta(seconds=60)


def scheduler_panel(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Say how long ago the slower of the queues was heard of. One query."""
    beats = dict(Heartbeat.objects.filter(name__in=HEARTBEATS).values_list("name", "beat_at"))
    oldest = min(beats.values()) if len(beats) == len(HEARTBEATS) else None
    is_late = oldest is None or abs(now - oldest) > OLDEST_BEAT
    return "admin/core/_scheduler.html", {"beat_at": oldest, "is_late": is_late, "now": now}


panels.register(PULSE, scheduler_panel)
