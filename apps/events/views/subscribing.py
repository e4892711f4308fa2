"""The calendar a member subscribes to, and the page where its link is made and revoked."""

from __future__ import annotations

from datetime import timedelta

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.guessing import slows_guessing
from apps.core.links import absolute_url
from apps.events import actions, calendar, calendarsources
from apps.events.models import CalendarFeed, Event
from apps.members.requests import MemberRequest

# Calendar programs ask once an hour or less; a big office asks from one address.
RATES = {"calendar": "300/m/ip"}
KEPT = timedelta(days=90)


# Nothing but the address can be given to a calendar program, so the token in it is the proof.
@login_not_required
@require_safe
@slows_guessing
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The events the link's owner may see now, but for those they said no to, and what else has a date for them."""
    if not ratelimit.consume(request, app="apps.events", action="calendar", config=RATES, limit_get=True):
        return ratelimit.respond_429(request)
    row = CalendarFeed.from_token(token)
    if row is None or not row.is_open:
        raise Http404
    now = timezone.now()
    events = Event.objects.in_calendar_of(row.member, now - KEPT).only(*calendar.SHOWN)
    with translation.override(row.member.language):
        entries = calendar.feed_entries(events) + calendarsources.entries_for(row.member, now)
        tag = calendar.feed_tag(entries)
        not_modified = get_conditional_response(request, etag=tag)
        if not_modified is not None:
            return not_modified
        text = calendar.feed_calendar(entries, name=_("CMM-WG events"))
    headers = {"ETag": tag, "Content-Disposition": 'inline; filename="cmm-wg.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def feed_settings(request: MemberRequest) -> HttpResponse:
    """Show one's own link, make it, revoke it, make it anew."""
    if request.method == "POST":
        if "revoke" in request.POST:
            actions.revoke_feed(actor=request.user, now=timezone.now())
            messages.success(request, _("Link revoked. No calendar gets anything by it any more."))
        elif "make" in request.POST:
            actions.make_feed(actor=request.user, now=timezone.now())
            messages.success(request, _("Link made. A link you had before is dead."))
        return redirect("events:feed_settings")
    row = CalendarFeed.objects.filter(member=request.user.pk, revoked_at=None).first()
    url = absolute_url("events:feed", token=row.token) if row else ""
    return render(request, "events/feed_settings.html", {"feed": row, "url": url, "webcal": _webcal(url)})


def _webcal(url: str) -> str:
    """The same address for programs that know this scheme as an order to subscribe."""
    return f"webcal://{url.partition('://')[2]}"
