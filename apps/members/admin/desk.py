"""On the desk: requests to join, those that have waited longest first, and how many invitations nobody sent yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import CharField, Count, F, Min, QuerySet, Value, Window

from apps.core import desk, panels, waiting
from apps.members.models import Invitation, JoinRequest

SHOWN = 5
LATE_AFTER = timedelta(days=7)

_COLUMNS = ("is_request", "number", "organised_as", "lives_in", "since", "total")


def requests_panel(
    about: models.Model, member: models.Model | None, now: datetime
) -> tuple[str, dict[str, Any]] | None:
    """Show who waits for an answer, and for an invitation that is prepared. One query; nothing when nobody does."""
    rows = list(_prepared().union(_waiting(), all=True).order_by("is_request", "number")[: SHOWN + 1])
    if not rows:
        return None
    prepared = next((row for row in rows if not row[0]), None)
    asked = [row for row in rows if row[0]][:SHOWN]
    requests = [
        JoinRequest(pk=number, organisation=organisation, country=country, created_at=since)
        for _is_request, number, organisation, country, since, _total in asked
    ]
    context = {
        "things": (asked[0][-1] if asked else 0) + (prepared[-1] if prepared else 0),
        "requests": requests,
        "more": asked[0][-1] - len(requests) if asked else 0,
        "prepared": prepared[-1] if prepared else 0,
        "prepared_since": prepared[-2] if prepared else None,
        "now": now,
        "late_before": now - LATE_AFTER,
    }
    return "admin/members/_join_requests.html", context


def _waiting() -> QuerySet[Any, Any]:
    """One row a request."""
    return (
        JoinRequest.objects.waiting()
        .order_by()
        .annotate(
            is_request=Value(1),
            number=F("pk"),
            organised_as=F("organisation"),
            lives_in=F("country"),
            since=F("created_at"),
            total=Window(Count("pk")),
        )
        .values_list(*_COLUMNS)
    )


def _not_sent() -> QuerySet[Invitation]:
    return Invitation.objects.filter(state=Invitation.State.PREPARED)


def _prepared() -> QuerySet[Any, Any]:
    """All of them in one row, none where there are none."""
    prepared = _not_sent().order_by().values("state")
    empty = Value("", output_field=CharField())
    return prepared.annotate(
        is_request=Value(0),
        number=Value(0),
        organised_as=empty,
        lives_in=empty,
        since=Min("created_at"),
        total=Count("pk"),
    ).values_list(*_COLUMNS)


panels.register(desk.WAITING, requests_panel)
waiting.count_things(JoinRequest.objects.waiting)
waiting.count_things(_not_sent)
