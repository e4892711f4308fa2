"""What publications show on the pages of the apps below."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import models

from apps.events.models import Event
from apps.members.models import Member
from apps.publications.shelf import of_event


def papers_of_event(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the papers that belong to an event, as far as the reader may see them. One query beside the roles'."""
    reader = cast("Member | None", member)
    rows = of_event(cast("Event", about), reader)
    return ("publications/_event_papers.html", {"rows": rows}) if rows else None
