"""The list of events, one event, and its calendar file. Public events are public pages."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from apps.core import panels
from apps.core.paging import page_of
from apps.events import calendar
from apps.events.filters import EventFilter
from apps.events.models import Event
from apps.events.querysets import EventQuerySet
from apps.events.roster import roster_for
from apps.events.standing import LISTED, standings
from apps.members.models import Member
from apps.members.permissions import allows, leads_any
from apps.members.requests import reader_of

PER_PAGE = 50


@login_not_required
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Upcoming or past events the reader may see; for those who lead a group also the drafts."""
    now = timezone.now()
    reader = reader_of(request)
    has_drafts = leads_any(reader)
    period = request.GET.get("when", "")
    events = _in_period(Event.objects.visible_to(reader), period, now, has_drafts=has_drafts)
    filters = EventFilter(request.GET, events, reader=reader)
    page = page_of(request, filters.qs.select_related("group").only(*LISTED), PER_PAGE)
    context = {
        "filter": filters,
        "page_obj": page,
        "rows": standings(page.object_list, reader, now),
        "period": period,
        "has_drafts": has_drafts,
    }
    return render(request, "events/event_list.html", context)


def _in_period(events: EventQuerySet, period: str, now: datetime, *, has_drafts: bool) -> EventQuerySet:
    if period == "drafts" and has_drafts:
        return events.filter(Event.draft_q()).order_by("starts_at", "pk")
    events = events.exclude(Event.draft_q())
    if period == "past":
        return events.past(now).order_by("-starts_at", "-pk")
    return events.upcoming(now).order_by("starts_at", "pk")


@login_not_required
@require_safe
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, each part of it as far as the reader may see it."""
    now = timezone.now()
    event = visible_event_or_404(request, slug)
    reader = reader_of(request)
    [standing] = standings([event], reader, now)
    context = {
        "event": event,
        "standing": standing,
        "topics": event.topics.order_by("position", "title"),
        "roster": roster_for(standing, request.GET.get("page")),
        "panels": panels.collect("events:detail", event, reader, now),
        **_rights(event, reader, now),
    }
    return render(request, "events/event_detail.html", context)


def _rights(event: Event, reader: Member | None, now: datetime) -> dict[str, bool]:
    """What beyond reading the page offers."""
    is_ahead = event.is_scheduled and event.ends_at > now
    has_link = bool(event.online_link) and not event.is_cancelled
    return {
        "may_change": allows(reader, "events.change_event", event),
        "may_cancel": is_ahead and allows(reader, "events.cancel_event", event),
        "sees_link": has_link and allows(reader, "events.see_link_event", event),
    }


@login_not_required
@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The event as an ``.ics`` file to keep."""
    event = visible_event_or_404(request, slug)
    text = calendar.event_calendar(event).encode()
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{event.slug}.ics")
    response.headers["ETag"] = quote_etag(hashlib.sha256(text).hexdigest()[:32])
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def visible_event_or_404(request: HttpRequest, slug: str) -> Event:
    return get_object_or_404(
        Event.objects.visible_to(reader_of(request)).select_related("group", "occasion"), slug=slug
    )
