"""The Atom feed of one topic: its public papers and events, the same for everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import atom
from apps.events.feedentries import entry_of as entry_of_event
from apps.events.models import Event
from apps.members.models import Topic
from apps.pages.dossier import topics_at
from apps.publications.feedentries import entry_of as entry_of_paper
from apps.publications.models import Publication

SHOWN = 50


@login_not_required
@require_safe
def topic_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The latest public papers and events on the topic and the finer ones below it."""
    topic, finer = topics_at(slug)
    path, page_path = (reverse(f"pages:{name}", args=[topic.slug]) for name in ("topic_feed", "topic"))
    feed = atom.Feed(path, page_path, _("CMM-WG: %(topic)s") % {"topic": topic.title}, subtitle=topic.covers)
    return atom.feed_response(request, feed, _entries([topic, *finer]))


def _entries(topics: list[Topic]) -> list[atom.Entry]:
    """The latest first. Five queries."""
    papers = Publication.objects.open_to_all().on_topics(topics).prefetch_related("authors", "topics")
    on_topic = Event.topics.through.objects.filter(topic__in=topics).values("event")
    events = Event.objects.visible_to(None).exclude(Event.draft_q()).filter(pk__in=on_topic).prefetch_related("topics")
    entries = [
        *(entry_of_paper(paper) for paper in papers.newest_first()[:SHOWN]),
        *(entry_of_event(event) for event in events.order_by("-created_at", "-pk")[:SHOWN]),
    ]
    return sorted(entries, key=lambda entry: (entry.published_at, entry.id), reverse=True)[:SHOWN]
