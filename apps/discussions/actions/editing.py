"""What people do with their own posts: change them, take them back, put their name to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.discussions.actions.drafting import forget_drafts_like
from apps.discussions.actions.following import forget_what_was_told, tell_of_edit
from apps.discussions.actions.posting import check_takes_posts, check_text
from apps.discussions.filing import laid_down, put_on, take_off
from apps.discussions.mentions import resolved
from apps.discussions.models import Attachment, DraftEdit, Post, PostRevision, today_of
from apps.discussions.wording import drawing
from apps.members.models import Member
from apps.publications.models import Attribution


class Overtaken(Refused):
    """Somebody, perhaps the same person in another window, changed the post meanwhile."""


def edit_post(
    *,
    actor: Member,
    post: Post,
    text: str,
    revision: int,
    upload: File | None = None,
    drops_file: bool = False,
    now: datetime,
) -> Post:
    """Put a new text in the place of the old one, which stays in the post's history; there with the name of the file
    beside it, where ``upload`` takes its place or it is dropped.

    ``revision`` is the one the actor began from; with a later one in place nothing is saved (``Overtaken``). The same
    again changes nothing. Refused for others' posts, where the thread takes no posts any more, and with an ``upload``
    that is no good or where none is taken. Call it outside a transaction, as ``write_post``.
    """
    check_text(text)
    drawn = drawing(post.thread, post, resolved(text, actor=actor, thread=post.thread))
    if not post.thread.is_named:
        forget_drafts_like(actor=actor, text=text)
    with laid_down(post.thread, upload) as attachment:
        return _edited(actor, post, revision, drawn, _NewFile(attachment, drops_file), now)


@dataclass(frozen=True, slots=True)
class _NewFile:
    """What an edit makes of a post's file."""

    attachment: Attachment | None
    is_dropped: bool

    def changes(self, before: Attachment | None) -> bool:
        if self.attachment is None:
            return self.is_dropped and before is not None
        return before is None or (self.attachment.name, self.attachment.sha256) != (before.name, before.sha256)


@transaction.atomic
def _edited(actor: Member, post: Post, revision: int, drawn: dict[str, Any], new_file: _NewFile, now: datetime) -> Post:
    post = _held(post)
    if not actor.has_perm("discussions.change_post", post) or not post.is_shown:
        raise Refused(_("Only its author can edit this post, while it stands."))
    check_takes_posts(post.thread)
    DraftEdit.objects.filter(post=post).delete()
    before = Attachment.objects.filter(post=post).first()
    if drawn["text"] == post.text and not new_file.changes(before):
        return post
    if revision != post.revision:
        raise Overtaken(_("This post was changed meanwhile, perhaps in another window. Nothing is saved yet."))
    _keep_history(post, before.name if before else "", now)
    if new_file.changes(before):
        take_off(post)
        put_on(post, new_file.attachment)
    instant = now if post.thread.is_named else None
    post = _changed(post, **drawn, edited_on=today_of(now), edited_at=instant, revision=post.revision + 1)
    tell_of_edit(post)
    return post


def _keep_history(post: Post, file_name: str, now: datetime) -> None:
    instant = now if post.thread.is_named else None
    before = {"revision": post.revision, "text": post.text, "file_name": file_name}
    PostRevision.objects.create(post=post, **before, replaced_on=today_of(now), replaced_at=instant)


@transaction.atomic
def delete_post(*, actor: Member, post: Post, now: datetime) -> Post:
    """Take back one's own post for good, with its history. A trace stays, so that the numbers and answers make sense.

    Possible in a locked thread too. Refused for others' posts.
    """
    post = _held(post)
    if not actor.has_perm("discussions.delete_post", post) or post.is_gone:
        raise Refused(_("Only its author can delete this post."))
    return withdraw(post, state=Post.State.WITHDRAWN, on=today_of(now))


@transaction.atomic
def lift_post(*, actor: Member, post: Post) -> Post:
    """Put one's name to one post of an unattributed thread. The others stay as they are, and nothing leads to them."""
    post = _held(post)
    if post.thread.is_named or post.attribution == Attribution.NAME:
        raise Refused(_("This post shows its author already."))
    if not actor.has_perm("discussions.delete_post", post) or not post.is_shown:
        raise Refused(_("Only its author can put a name to this post."))
    return _changed(post, attribution=Attribution.NAME, label="", author=actor, owner_mark="")


def withdraw(post: Post, *, state: str, on: date, reason: str = "") -> Post:
    """Leave a trace of the post and nothing it said, in the ledger neither. The caller holds the thread.

    In an unattributed thread nothing of how it was signed stays. The mark of a post written the same day stays until
    the day is over (``forget_marks``): it still counts as one of those its writer wrote that day.
    """
    post.revisions.all().delete()
    DraftEdit.objects.filter(post=post).delete()
    take_off(post)
    forget_what_was_told(post)
    gone: dict[str, Any] = {"text": "", "html": "", "label": "", "gone_on": on}
    if not post.thread.is_named:
        gone |= {"attribution": Attribution.NONE, "author": None}
        if post.author is not None:
            post.sign_for(post.author)
    mark = post.owner_mark if post.posted_on == on else ""
    return _changed(post, state=state, reason=reason, owner_mark=mark, **gone)


def forget_marks(today: date) -> int:
    """Take the marks off posts deleted on the day they were written, once that day is over; all at once, so that
    nothing joins two of them. Returns how many. ``post_gone_with_mark`` serves it.
    """
    return Post.objects.gone_with_mark().filter(posted_on__lt=today).update(owner_mark="")


def _held(post: Post) -> Post:
    """Return the post as it is now, with its thread held until the transaction ends."""
    post.thread.lock()
    return Post.objects.select_related("thread__event", "thread__group").get(pk=post.pk)


def _changed(post: Post, **fields: object) -> Post:
    for name, value in fields.items():
        setattr(post, name, value)
    post.save(update_fields=list(fields))
    return post
