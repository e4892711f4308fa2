"""Keeping what is being written: a reply, the first post of a thread, a new text for a post. Of threads without names
nothing is kept, where a row would name its writer.
"""

from __future__ import annotations

from apps.discussions.mentions import typed_again
from apps.discussions.models import MAX_POST, DraftEdit, DraftPost, DraftThread, Post, Thread
from apps.discussions.models.drafts import MAX_TITLE
from apps.members.models import Member


def save_draft(*, actor: Member, thread: Thread, text: str) -> bool:
    """Keep what the actor has begun to write; an empty one is forgotten. Returns whether it was kept.

    Never of an unattributed thread, nor for who may not write, nor where nobody may by name any more.
    """
    if not thread.is_named or thread.is_overtaken or len(text) > MAX_POST:
        return False
    if not actor.has_perm("discussions.post_thread", thread):
        return False
    drafts = DraftPost.objects.filter(thread=thread, member=actor)
    if not text.strip():
        drafts.delete()
        return False
    DraftPost.objects.update_or_create(thread=thread, member=actor, defaults={"text": text})
    return True


def save_thread_draft(*, actor: Member, title: str, text: str, is_named: bool) -> bool:
    """Keep the thread the actor has begun to write; an empty one is forgotten. Returns whether it was kept.

    Once it is to have no names, what was kept of it is forgotten.
    """
    title = title.strip()
    if len(text) > MAX_POST or len(title) > MAX_TITLE:
        return False
    if not is_named or not (title or text.strip()):
        forget_thread_draft(actor=actor)
        return False
    DraftThread.objects.update_or_create(member=actor, defaults={"title": title, "text": text})
    return True


def forget_thread_draft(*, actor: Member) -> None:
    """Forget the thread the actor had begun to write."""
    DraftThread.objects.filter(member=actor).delete()


def forget_drafts_like(*, actor: Member, title: str = "", text: str) -> None:
    """Forget whatever the actor had begun to write by name if it has this title, or if one of the two texts begins with
    the other: beside a post without names that says the same it would name who wrote it.

    Not in the transaction that keeps the post: that would join the two.
    """
    said = _words(text)
    for drafts in (DraftThread.objects, DraftPost.objects, DraftEdit.objects):
        for draft in drafts.filter(member=actor):
            shorter, longer = sorted((_words(draft.text), said), key=len)
            has_title = bool(title) and _words(getattr(draft, "title", "")) == _words(title)
            if has_title or (shorter and longer.startswith(shorter)):
                draft.delete()


def _words(text: str) -> str:
    return " ".join(text.split())


def save_edit_draft(*, actor: Member, post: Post, text: str, revision: int) -> bool:
    """Keep the new text the actor has begun to write for a post of theirs; one that says what stands there is
    forgotten. Returns whether it was kept.

    Never in an unattributed thread, nor for who may not edit the post.
    """
    if not post.thread.is_named or not post.is_shown or len(text) > MAX_POST:
        return False
    if not actor.has_perm("discussions.change_post", post):
        return False
    text = text.replace("\r\n", "\n")
    if not text.strip() or text == typed_again(post.text):
        DraftEdit.objects.filter(post=post).delete()
        return False
    DraftEdit.objects.update_or_create(post=post, defaults={"member": actor, "text": text, "revision": revision})
    return True
