"""What is kept of a reader: how far they have read."""

from __future__ import annotations

from apps.discussions.models import ReadMark, Thread
from apps.members.models import Member


def mark_read(*, actor: Member, thread: Thread, number: int) -> None:
    """Note that the actor has read up to this number. What there is no post of counts as read by nobody."""
    if 0 < number <= thread.last_number:
        ReadMark.objects.advance(member=actor, thread_id=thread.pk, number=number)
