"""The Atom feed of publications: what is public, the same for everybody."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import atom
from apps.core.text import to_plain_text
from apps.members.models import Topic
from apps.publications.citing.cited import cited
from apps.publications.models import Publication

SHOWN = 50


@login_not_required
@require_safe
def publication_feed(request: HttpRequest) -> HttpResponseBase:
    """The latest public publications; with ``?topic=``, those on a topic and the finer ones below it."""
    publications = Publication.objects.visible_to(None).current()
    title, query = _("CMM-WG publications"), ""
    if slug := request.GET.get("topic", ""):
        topic = get_object_or_404(Topic, slug=slug)
        publications = publications.on_topic_called(slug)
        title, query = _("CMM-WG publications: %(topic)s") % {"topic": topic.title}, f"?topic={topic.slug}"
    feed = atom.Feed(f"{reverse('publications:feed')}{query}", f"{reverse('publications:list')}{query}", title)
    latest = publications.prefetch_related("authors", "topics").newest_first()[:SHOWN]
    return atom.feed_response(request, feed, [_entry(publication) for publication in latest])


def _entry(publication: Publication) -> atom.Entry:
    said = cited(publication)
    return atom.Entry(
        id=atom.tag_uri("publication", publication.pk),
        path=publication.get_absolute_url(),
        title=said.full_title,
        # A date has no hour; that it begins in UTC is as good as any.
        published_at=datetime.combine(said.issued, time.min, UTC),
        updated_at=publication.updated_at,
        summary=to_plain_text(publication.abstract),
        authors=said.shown_names,
        topics=said.topics,
    )
