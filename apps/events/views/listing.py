"""The events a reader may see: those ahead, those past, the drafts, and one month as a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core.paging import page_of
from apps.core.swaps import render_list
from apps.core.zones import UTC_ZONE, zone_of
from apps.events.filters import EventFilter
from apps.events.models import Event
from apps.events.months import Month, days_of, events_in
from apps.events.querysets import EventQuerySet
from apps.events.standing import LISTED, Standing, standings
from apps.members.permissions import leads_any
from apps.members.requests import reader_of

PER_PAGE = 50
# A calendar has no second page.
PER_MONTH = 500
MONTH = "month"


@login_not_required
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Upcoming or past events or a month of them, as far as the reader may see them; the drafts for those who lead."""
    now, reader = timezone.now(), reader_of(request)
    has_drafts = leads_any(reader)
    period = request.GET.get("when", "")
    events = Event.objects.visible_to(reader)
    if period != MONTH:
        events = _in_period(events, period, now, has_drafts=has_drafts)
    filters = EventFilter(request.GET, events, reader=reader)
    found = _month(request, filters, now) if period == MONTH else _page(request, filters, now)
    context = {
        "filter": filters,
        "period": period,
        "has_drafts": has_drafts,
        "kept": {"when": period} if period else {},
        **found,
    }
    response = render_list(request, "events/event_list.html", context)
    if period == MONTH and reader is None:
        response.headers["X-Robots-Tag"] = "noindex"  # There is no end to the months.
    return response


def _in_period(events: EventQuerySet, period: str, now: datetime, *, has_drafts: bool) -> EventQuerySet:
    if period == "drafts" and has_drafts:
        return events.filter(Event.draft_q()).order_by("starts_at", "pk")
    events = events.exclude(Event.draft_q())
    if period == "past":
        return events.past(now).order_by("-starts_at", "-pk")
    return events.upcoming(now).order_by("starts_at", "pk")


def _page(request: HttpRequest, filters: EventFilter, now: datetime) -> dict[str, Any]:
    page = page_of(request, filters.qs.select_related("group").only(*LISTED), PER_PAGE)
    rows = standings(page.object_list, reader_of(request), now)
    return {"page_obj": page, "count": page.paginator.count, "rows": rows, "months": _by_month(rows)}


def _by_month(rows: Iterable[Standing]) -> list[tuple[datetime, list[Standing]]]:
    """Return the rows under the month they begin in on the reader's clock, which is told by their first start."""
    started = ((row.local_start, row) for row in rows)
    months = (list(pairs) for _month, pairs in groupby(started, key=lambda pair: (pair[0].year, pair[0].month)))
    return [(pairs[0][0], [row for _start, row in pairs]) for pairs in months]


def _month(request: HttpRequest, filters: EventFilter, now: datetime) -> dict[str, Any]:
    reader = reader_of(request)
    zone = zone_of(reader) or UTC_ZONE
    key = request.GET.get("month", "")
    this_month = Month.of(now, zone)
    month = (Month.from_key(key, zone) if key else this_month) or this_month
    found = events_in(filters.qs.exclude(Event.draft_q()), month)
    rows = standings(found.select_related("group").only(*LISTED)[: PER_MONTH + 1], reader, now)
    return {
        "month": month,
        "this_month": this_month,
        "is_unknown": bool(key) and month.key != key,
        "is_cut": len(rows) > PER_MONTH,
        "count": min(len(rows), PER_MONTH),
        "weeks": days_of(month, rows[:PER_MONTH], now),
        "kept": {"when": MONTH, "month": month.key},
    }
