"""Everything about one topic and the finer ones below it, as far as its reader may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404

from apps.discussions import board
from apps.events.standing import latest_on_topics
from apps.members.directory import interested_in
from apps.members.models import Member, Topic
from apps.publications import shelf

PEOPLE_SHOWN = 25


def topics_at(slug: str) -> tuple[Topic, list[Topic]]:
    """Return the topic and the finer ones below it, or raise Http404. One query."""
    found = Topic.objects.filter(Q(slug=slug) | Q(parent__slug=slug)).select_related("parent")
    topics = list(found.order_by("position", "title"))
    topic = next((each for each in topics if each.slug == slug), None)
    if topic is None:
        raise Http404
    return topic, [each for each in topics if each != topic]


def dossier_of(topics: list[Topic], reader: Member | None, now: datetime) -> dict[str, Any]:
    """Return papers, events, threads and people for the templates; no threads and nobody for strangers.

    Five queries beside the roles'.
    """
    people = interested_in(topics, reader, PEOPLE_SHOWN + 1)
    return {
        "publications": shelf.on_topics(topics, reader),
        "rows": latest_on_topics(topics, reader, now),
        "threads": board.on_topics(topics, reader, now),
        "people": people[:PEOPLE_SHOWN],
        "has_more_people": len(people) > PEOPLE_SHOWN,
    }
