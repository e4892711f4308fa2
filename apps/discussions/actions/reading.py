"""What is kept of a reader: how far they have read, and what they have begun to write."""

from __future__ import annotations

from apps.discussions.models import MAX_POST, DraftPost, ReadMark, Thread
from apps.members.models import Member


def mark_read(*, actor: Member, thread: Thread, number: int) -> None:
    """Note that the actor has read up to this number. What there is no post of counts as read by nobody."""
    if 0 < number <= thread.last_number:
        ReadMark.objects.advance(member=actor, thread_id=thread.pk, number=number)


def save_draft(*, actor: Member, thread: Thread, text: str) -> bool:
    """Keep what the actor has begun to write; an empty one is forgotten. Returns whether it was kept.

    Never of an unattributed thread, where a row would name its writer, nor for who may not write.
    """
    if not thread.is_named or not actor.has_perm("discussions.post_thread", thread) or len(text) > MAX_POST:
        return False
    drafts = DraftPost.objects.filter(thread=thread, member=actor)
    if not text.strip():
        drafts.delete()
        return False
    DraftPost.objects.update_or_create(thread=thread, member=actor, defaults={"text": text})
    return True
