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
    if not text.strip():
        DraftPost.objects.filter(thread=thread, member=actor).delete()
        return False
    if not thread.is_named or thread.is_overtaken or len(text) > MAX_POST:
        return False
    if not actor.has_perm("discussions.post_thread", thread):
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
    """Forget whatever the actor had begun to write by name that has this title or says the same: beside a post without
    names it would name who wrote it.

    Not in the transaction that keeps the post: that would join the two.
    """
    said = _words(text)
    for drafts in (DraftThread.objects, DraftPost.objects, DraftEdit.objects):
        for draft in drafts.filter(member=actor):
            has_title = bool(title) and _words(getattr(draft, "title", "")) == _words(title)
            if has_title or _says_the_same(_words(draft.text), said):
                draft.delete()


def _says_the_same(begun: str, said: str) -> bool:
    """Whether what was begun went on as what was said, or goes on after it, but not for long: a greeting that two texts
    begin with is no sign.
    """
    is_begin = bool(begun) and said.startswith(begun)
    return is_begin or (bool(said) and begun.startswith(said) and len(begun) < 2 * len(said))


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
