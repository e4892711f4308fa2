"""What people do with their own posts: change them, take them back, put their name to one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.discussions.actions.following import tell_of
from apps.discussions.actions.posting import check_takes_posts, check_text
from apps.discussions.filing import taken_away
from apps.discussions.mentions import resolved
from apps.discussions.models import Attachment, Post, PostRevision, today_of
from apps.discussions.wording import drawing
from apps.members.models import Member
from apps.publications.models import Attribution


class Overtaken(Refused):
    """Somebody, perhaps the same person in another window, changed the post meanwhile."""


def edit_post(*, actor: Member, post: Post, text: str, revision: int, now: datetime) -> Post:
    """Put a new text in the place of the old one, which stays in the post's history.

    ``revision`` is the one the actor began from; with a later one in place nothing is saved (``Overtaken``). The same
    text again changes nothing. Refused for others' posts, and where the thread takes no posts any more.
    """
    check_text(text)
    drawn = drawing(post.thread, post, resolved(text, actor=actor, thread=post.thread))
    with transaction.atomic():
        post = _held(post)
        if not actor.has_perm("discussions.change_post", post) or not post.is_shown:
            raise Refused(_("Only its author can edit this post, while it stands."))
        check_takes_posts(post.thread)
        if drawn["text"] == post.text:
            return post
        if revision != post.revision:
            raise Overtaken(_("This post was changed meanwhile, perhaps in another window. Nothing is saved yet."))
        return _revised(post, drawn, now)


def _revised(post: Post, drawn: dict[str, Any], now: datetime) -> Post:
    instant = now if post.thread.is_named else None
    PostRevision.objects.create(
        post=post, revision=post.revision, text=post.text, replaced_on=today_of(now), replaced_at=instant
    )
    post = _changed(post, **drawn, edited_on=today_of(now), edited_at=instant, revision=post.revision + 1)
    tell_of(post)
    return post


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
    """Leave a trace of the post and nothing it said. The caller holds the thread."""
    post.revisions.all().delete()
    for attachment in Attachment.objects.filter(post=post):
        taken_away(str(attachment.file.name))
        attachment.delete()
    gone = {"text": "", "html": "", "label": "", "owner_mark": "", "gone_on": on}
    return _changed(post, state=state, reason=reason, **gone)


def _held(post: Post) -> Post:
    """Return the post as it is now, with its thread held until the transaction ends."""
    post.thread.lock()
    return Post.objects.select_related("thread__event", "thread__group").get(pk=post.pk)


def _changed(post: Post, **fields: object) -> Post:
    for name, value in fields.items():
        setattr(post, name, value)
    post.save(update_fields=list(fields))
    return post
