"""The places of the desk, the admin's first page, and the scheduler's line on it.

Each app registers its panels for a place (``core.panels``). A panel of ``PULSE`` may bring ``waiting_template`` in its
context: the same facts once more, as rows of what waits for the reader, without another query. How many things
it shows there stands in ``things``; other pages have them counted by ``core.waiting``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models

from apps.core import panels
from apps.core.health import HEARTBEATS
from apps.core.models import Heartbeat

PULSE, DUE, WAITING, DESK = "desk.pulse", "desk.due", "desk.waiting", "desk"
OLDEST_BEAT = timedelta(seconds=60)


def scheduler_panel(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Say how long ago the slower of the queues was heard of: silence must not look like "nothing to do". One query."""
    beats = dict(Heartbeat.objects.filter(name__in=HEARTBEATS).values_list("name", "beat_at"))
    oldest = min(beats.values()) if len(beats) == len(HEARTBEATS) else None
    is_late = oldest is None or abs(now - oldest) > OLDEST_BEAT
    seconds = round(abs(now - oldest).total_seconds()) if oldest else 0
    return "admin/core/_scheduler.html", {"beat_at": oldest, "seconds": seconds, "is_late": is_late, "now": now}


panels.register(PULSE, scheduler_panel)
