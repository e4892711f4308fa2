"""The events a reader may see: those ahead, those past, the drafts, and one month as a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core.paging import PreparedRows, page_of, prepared_page_of
from apps.core.prepared import Prepared
from apps.core.swaps import render_list
from apps.core.zones import UTC_ZONE, zone_of
from apps.events.filters import EventFilter
from apps.events.models import Event
from apps.events.months import Month, days_of, events_in
from apps.events.querysets import EventQuerySet, earliest_start
from apps.events.standing import LISTED, Standing, standings
from apps.members.models import Member
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
    filters = EventFilter(request.GET, Event.objects.none(), reader=reader)
    found = (
        _month(request, filters, now)
        if period == MONTH
        else _page(request, filters, period, now, has_drafts=has_drafts)
    )
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


def _in_period(
    events: EventQuerySet, period: str, now: datetime, earliest: datetime, *, has_drafts: bool
) -> EventQuerySet:
    if period == "drafts" and has_drafts:
        return events.filter(Event.draft_q()).order_by("starts_at", "pk")
    events = events.exclude(Event.draft_q())
    if period == "past":
        return events.past(now).order_by("-starts_at", "-pk")
    return events.upcoming(now, earliest).order_by("starts_at", "pk")


def _page(
    request: HttpRequest, filters: EventFilter, period: str, now: datetime, *, has_drafts: bool
) -> dict[str, Any]:
    reader, earliest = reader_of(request), earliest_start(now)
    if filters.is_narrowed or period == "drafts":
        seen = Event.objects.filter(_SEEN.holds(reader))
        filters.queryset = _in_period(seen, period, now, earliest, has_drafts=has_drafts)
        page = page_of(request, _listed(filters.qs), PER_PAGE)
    else:
        page = prepared_page_of(request, _PAST if period == "past" else _AHEAD, reader, now, earliest)
    rows = standings(page.object_list, reader, now)
    months = _by_month(rows, is_past=period == "past")
    return {"page_obj": page, "count": page.paginator.count, "rows": rows, "months": months}


_SEEN = Prepared(lambda reader: Event.objects.visible_to(reader).values("pk"))


def _listed(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.select_related("group").only(*LISTED)


def _all_in(period: str) -> PreparedRows:
    """The whole list, not narrowed: what nearly everybody asks for."""

    def build(reader: Member | None, now: datetime, earliest: datetime) -> QuerySet[Event]:
        return _listed(_in_period(Event.objects.visible_to(reader), period, now, earliest, has_drafts=False))

    return PreparedRows(build, PER_PAGE)


_AHEAD, _PAST = _all_in(""), _all_in("past")


def _by_month(rows: Iterable[Standing], *, is_past: bool) -> list[tuple[date, list[Standing]]]:
    """Return the rows under the first of the month they begin in on the reader's clock.

    Strangers read each event's own clock: what begins later may be of the month before.
    """
    months: dict[date, list[Standing]] = {}
    for row in rows:
        months.setdefault(row.local_start.date().replace(day=1), []).append(row)
    return sorted(months.items(), reverse=is_past)


def _month(request: HttpRequest, filters: EventFilter, now: datetime) -> dict[str, Any]:
    reader = reader_of(request)
    zone = zone_of(reader) or UTC_ZONE
    key = request.GET.get("month", "")
    this_month = Month.of(now, zone)
    month = (Month.from_key(key, zone) if key else this_month) or this_month
    filters.queryset = Event.objects.filter(_SEEN.holds(reader))
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
