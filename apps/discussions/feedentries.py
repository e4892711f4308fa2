"""What a private feed says of a thread: that there is one, and when it last grew. Never what stands in it."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.utils.translation import gettext as _

from apps.core import atom
from apps.discussions.models import Thread


def entry_of(thread: Thread) -> atom.Entry:
    """Return the entry. Load the thread with its topics. Times are as fine as the thread keeps them."""
    title = thread.title if thread.is_named else _("%(title)s (Chatham House Rule)") % {"title": thread.title}
    return atom.Entry(
        id=atom.tag_uri("thread", thread.pk),
        path=thread.get_absolute_url(),
        title=title,
        published_at=thread.opened_at or datetime.combine(thread.opened_on, time.min, UTC),
        updated_at=thread.last_posted_at,
        topics=tuple(topic.title for topic in thread.topics.all()),
    )
