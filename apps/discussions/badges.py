"""The badges of a thread, wherever it is named."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from apps.core.templatetags.portal import badges
from apps.discussions.models import Thread

# What the tag ``badges`` says of a thread.
SIGNS = ("visibility", "group_name", "is_chatham", "is_draft", "is_locked", "is_sample")


def badges_of(thread: Thread, group_name: str) -> SafeString:
    """Return them drawn; ``group_name`` is empty for who does not see the group. Load the thread with its event."""
    return badges(**signs_of(thread, group_name))


def signs_of(thread: Thread, group_name: str) -> dict[str, Any]:
    """Return what the tag ``badges`` makes them of, for pieces of pages that are kept."""
    return {
        "visibility": thread.visibility,
        "group_name": group_name,
        "is_chatham": thread.is_chatham_house,
        "is_draft": thread.is_hidden,
        "is_locked": thread.is_locked or thread.is_overtaken,
        "is_sample": thread.is_sample,
    }
