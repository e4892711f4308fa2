"""The Atom feed of publications: what is public, the same for everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import atom
from apps.members.models import Topic
from apps.publications.feedentries import entry_of
from apps.publications.models import HarvestRecord, Publication

SHOWN = 50


@login_not_required
@require_safe
def publication_feed(request: HttpRequest) -> HttpResponseBase:
    """The latest public publications; with ``?topic=``, those on a topic and the finer ones below it."""
    publications = Publication.objects.open_to_all()
    title, query = _("CMM-WG publications"), ""
    if slug := request.GET.get("topic", ""):
        topic = get_object_or_404(Topic, slug=slug)
        publications = publications.on_topic_called(slug)
        title, query = _("CMM-WG publications: %(topic)s") % {"topic": topic.title}, f"?topic={topic.slug}"
    gone_at = HarvestRecord.objects.filter(is_deleted=True).aggregate(at=Max("changed_at"))["at"]
    path, page_path = (f"{reverse(f'publications:{name}')}{query}" for name in ("feed", "list"))
    feed = atom.Feed(path, page_path, title, gone_at=gone_at)
    latest = publications.prefetch_related("authors", "topics").newest_first()[:SHOWN]
    return atom.feed_response(request, feed, [entry_of(publication) for publication in latest])
