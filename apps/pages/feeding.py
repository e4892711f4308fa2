"""Atom feeds of what is new: of one topic what is public, and by a private link what one member may see."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import atom
from apps.core.guessing import slows_guessing
from apps.core.links import absolute_url
from apps.members.models import Topic
from apps.members.requests import MemberRequest
from apps.pages.actions import make_news_feed, revoke_news_feed
from apps.pages.dossier import topics_at
from apps.pages.models import NewsFeed
from apps.pages.news import news_for

# As for calendars: feed readers ask once an hour or less, a big office from one address.
RATES = {"feed": "300/m/ip"}


@login_not_required
@require_safe
def topic_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The latest public papers and events on the topic and the finer ones below it, the same for everybody."""
    topic, finer = topics_at(slug)
    path, page_path = (reverse(f"pages:{name}", args=[topic.slug]) for name in ("topic_feed", "topic"))
    feed = atom.Feed(path, page_path, _title(topic), subtitle=topic.covers)
    return atom.feed_response(request, feed, news_for(None, [topic, *finer]))


# Nothing but the address can be given to a feed reader, so the token in it is the proof.
@login_not_required
@require_safe
@slows_guessing
def news_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The latest papers, events and threads the link's owner may see now; with ``?topic=``, those on that topic."""
    if not ratelimit.consume(request, app="apps.pages", action="feed", config=RATES, limit_get=True):
        return ratelimit.respond_429(request)
    row = NewsFeed.from_token(token)
    if row is None or not row.is_open:
        raise Http404
    slug = request.GET.get("topic", "")
    topic, finer = topics_at(slug) if slug else (None, [])
    with translation.override(row.member.language):
        path = reverse("pages:news_feed", args=[token])
        page_path = reverse("pages:topic", args=[slug]) if topic else reverse("pages:topics")
        feed = atom.Feed(f"{path}?topic={slug}" if topic else path, page_path, _title(topic))
        return atom.feed_response(request, feed, news_for(row.member, [topic, *finer] if topic else None))


@require_http_methods(["GET", "HEAD", "POST"])
def news_settings(request: MemberRequest) -> HttpResponse:
    """Show one's own link, make it, revoke it, make it anew."""
    if request.method == "POST":
        if "revoke" in request.POST:
            revoke_news_feed(actor=request.user, now=timezone.now())
            messages.success(request, _("Link revoked. No reader gets anything by it any more."))
        elif "make" in request.POST:
            make_news_feed(actor=request.user, now=timezone.now())
            messages.success(request, _("Link made. A link you had before is dead."))
        return redirect("pages:news_settings")
    row = NewsFeed.objects.filter(member=request.user.pk, revoked_at=None).first()
    url = absolute_url("pages:news_feed", token=row.token) if row else ""
    topics = Topic.objects.order_by("position", "title") if row else ()
    return render(request, "pages/news_settings.html", {"feed": row, "url": url, "topics": topics})


def _title(topic: Topic | None) -> str:
    return _("CMM-WG: %(topic)s") % {"topic": topic.title} if topic else _("CMM-WG: all topics")
