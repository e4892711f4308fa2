"""One event, and its calendar file. Public events are public pages."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from apps.core import panels
from apps.core.prepared import Prepared
from apps.events import calendar
from apps.events.linkeddata import event_data
from apps.events.models import Event
from apps.events.roster import roster_for
from apps.events.standing import standings
from apps.members.models import Member, Topic
from apps.members.permissions import allows
from apps.members.requests import reader_of


@login_not_required
@require_safe
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, each part of it as far as the reader may see it."""
    now = timezone.now()
    event = visible_event_or_404(request, slug)
    reader = reader_of(request)
    [standing] = standings([event], reader, now)
    if reader is not None:
        event.known_participations[reader.pk] = standing.part  # The policy need not ask for it again.
    context = {
        "event": event,
        "standing": standing,
        "topics": _TOPICS.objects(reader, event.pk),
        "roster": roster_for(standing, request.GET.get("page")),
        "linked_data": event_data(event),
        "panels": panels.collect("events:detail", event, reader, now),
        **_rights(event, reader, now),
    }
    return render(request, "events/event_detail.html", context)


_TOPICS = Prepared(lambda _reader, event: Topic.objects.filter(events=event).order_by("position", "title"))


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
    """The event as an ``.ics`` file to keep. A draft has none: its date is no date yet."""
    event = visible_event_or_404(request, slug)
    if event.is_draft:
        raise Http404
    text = calendar.event_calendar(event).encode()
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{event.slug}.ics")
    response.headers["ETag"] = quote_etag(hashlib.sha256(text).hexdigest()[:32])
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def visible_event_or_404(request: HttpRequest, slug: str) -> Event:
    """Return the event of this address, with its group and occasion, if the reader may see it."""
    for event in _AT_SLUG.objects(reader_of(request), slug):
        return event
    raise Http404


_AT_SLUG = Prepared(
    lambda reader, slug: Event.objects.visible_to(reader).select_related("group", "occasion").filter(slug=slug)
)
