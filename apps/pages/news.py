"""What is new for one reader, as entries of a feed: papers, events and threads, each as its own app puts it."""

from __future__ import annotations

from apps.core import atom
from apps.discussions.feedentries import entry_of as entry_of_thread
from apps.discussions.models import Thread
from apps.events.feedentries import entry_of as entry_of_event
from apps.events.models import Event
from apps.members.models import Member, Topic
from apps.publications.feedentries import entry_of as entry_of_paper
from apps.publications.models import Publication

# Of each kind.
SHOWN = 50


def news_for(reader: Member | None, topics: list[Topic] | None = None) -> list[atom.Entry]:
    """Return what ``reader`` (None: a stranger) may see now, on any of the topics where some are named, the latest
    first. No drafts, nothing withdrawn or hidden. At most seven queries beside the roles'.
    """
    papers = Publication.objects.visible_to(reader).current()
    events = Event.objects.visible_to(reader).exclude(Event.draft_q())
    threads = Thread.objects.visible_to(reader).exclude(Thread.draft_q())
    if topics is not None:
        papers, threads = papers.on_topics(topics), threads.on_topics(topics)
        on_topic = Event.topics.through.objects.filter(topic__in=topics).values("event")
        events = events.filter(pk__in=on_topic)
    latest_papers = papers.prefetch_related("authors", "topics").newest_first()[:SHOWN]
    latest_events = events.prefetch_related("topics").order_by("-created_at", "-pk")[:SHOWN]
    entries = [*map(entry_of_paper, latest_papers), *map(entry_of_event, latest_events)]
    if reader is not None:  # No thread is for strangers, so none need be asked for.
        entries += map(entry_of_thread, threads.prefetch_related("topics").newest_first()[:SHOWN])
    return sorted(entries, key=lambda entry: (entry.published_at, entry.id), reverse=True)
