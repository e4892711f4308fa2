"""Mail on the desk: how many need a person, and which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Min, Q

from apps.core import desk, panels, waiting
from apps.notifications.models import OutgoingMail
from apps.notifications.preview import recipient_address

SHOWN = 8

State = OutgoingMail.State


def mail_pulse(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Count what failed, is unclear or waits. One query, over the index of states."""
    failed, unclear = Q(state=State.FAILED), Q(state=State.UNCLEAR)
    open_states = [State.FAILED, State.UNCLEAR, State.QUEUED]
    counts = OutgoingMail.objects.filter(state__in=open_states).aggregate(
        failed=Count("pk", filter=failed),
        failed_since=Min("updated_at", filter=failed),
        unclear=Count("pk", filter=unclear),
        unclear_since=Min("updated_at", filter=unclear),
        waiting=Count("pk", filter=Q(state=State.QUEUED)),
    )
    shown = {**counts, "now": now, "things": counts["failed"] + counts["unclear"]}
    if counts["failed"] or counts["unclear"]:
        shown["waiting_template"] = "admin/notifications/_pulse_waiting.html"
    return "admin/notifications/_pulse.html", shown


def mail_panel(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the newest mails that wait for a person. One query; nothing when there are none."""
    mails = OutgoingMail.objects.needing_a_hand().select_related("member").order_by("-pk")[:SHOWN]
    rows = [(mail, recipient_address(mail)) for mail in mails.defer("text_body", "html_body", "attachments", "sealed")]
    return ("admin/notifications/_needs_hand.html", {"mails": rows}) if rows else None


panels.register(desk.PULSE, mail_pulse)
waiting.count_things(OutgoingMail.objects.needing_a_hand)
panels.register(desk.DESK, mail_panel)
