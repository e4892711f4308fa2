"""What a feed says of an event: when and where, and what it is about. Never the link to take part."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core import atom
from apps.core.text import to_plain_text
from apps.core.zones import moment_text
from apps.events.models import Event


def entry_of(event: Event) -> atom.Entry:
    """Return the entry. Load the event with its topics."""
    title = _("%(title)s (Chatham House Rule)") % {"title": event.title} if event.is_chatham_house else event.title
    title = _("Cancelled: %(title)s") % {"title": title} if event.is_cancelled else title
    when = moment_text(event.starts_at, event.time_zone)
    said = (when, event.place, event.lead, to_plain_text(event.public_summary))
    return atom.Entry(
        id=atom.tag_uri("event", event.pk),
        path=event.get_absolute_url(),
        title=title,
        published_at=event.created_at,
        updated_at=event.updated_at,
        summary="\n\n".join(filter(None, said)),
        topics=tuple(topic.title for topic in event.topics.all()),
    )
