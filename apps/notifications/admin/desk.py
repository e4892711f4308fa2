"""Mail on the desk: how many need a person, and which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q

from apps.core import desk, panels
from apps.notifications.models import OutgoingMail
from apps.notifications.preview import recipient_address

SHOWN = 8

State = OutgoingMail.State


def mail_pulse(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Count what failed, is unclear or waits. One query, over the index of states."""
    open_states = [State.FAILED, State.UNCLEAR, State.QUEUED]
    counts = OutgoingMail.objects.filter(state__in=open_states).aggregate(
        failed=Count("pk", filter=Q(state=State.FAILED)),
        unclear=Count("pk", filter=Q(state=State.UNCLEAR)),
        waiting=Count("pk", filter=Q(state=State.QUEUED)),
    )
    return "admin/notifications/_pulse.html", counts


def mail_panel(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the newest mails that wait for a person. One query; nothing when there are none."""
    mails = OutgoingMail.objects.needing_a_hand().select_related("member").order_by("-pk")[:SHOWN]
    rows = [(mail, recipient_address(mail)) for mail in mails.defer("text_body", "html_body", "attachments", "sealed")]
    return ("admin/notifications/_needs_hand.html", {"mails": rows}) if rows else None


panels.register(desk.PULSE, mail_pulse)
panels.register(desk.DESK, mail_panel)
