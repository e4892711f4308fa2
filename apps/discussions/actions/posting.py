"""Opening a thread and writing in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.discussions.actions.drafting import forget_drafts_like, forget_thread_draft
from apps.discussions.actions.following import follow_by_writing, tell_of
from apps.discussions.filing import laid_down, put_on
from apps.discussions.labels import labels_for
from apps.discussions.mentions import resolved
from apps.discussions.models import MAX_POST, Attachment, DraftPost, Post, ReadMark, Thread, today_of
from apps.discussions.models.thread import new_number
from apps.discussions.wording import drawing
from apps.members.models import Group, Member, Topic
from apps.publications.models import Attribution


def open_thread(
    *,
    actor: Member,
    thread: Thread,
    text: str,
    topics: Iterable[Topic] = (),
    attribution: str = Attribution.NONE,
    upload: File | None = None,
    now: datetime,
) -> tuple[Thread, Post]:
    """Open a thread, that holds what its form took, with its first post. The same twice on a day, as a second press of
    the button sends it, is one thread. ``attribution`` as in ``write_post``.

    Refused without the right in its group, where the actor would not see it themselves, by name about an event under
    the Chatham House Rule, and with an ``upload`` that is no good or where none is taken. Of an unattributed one no
    opener is kept, and no time but the day. Call it outside a transaction, as ``write_post``.
    """
    _check_may_open(actor, thread)
    post = _drawn(actor, thread, text)
    if not thread.is_named:
        _forget_begun_by_name(actor, thread, text)
    with laid_down(thread, upload) as attachment:
        post = _first(actor, post, topics, attribution, now, attachment)
    return post.thread, post


def _check_may_open(actor: Member, thread: Thread) -> None:
    if not actor.has_perm("discussions.add_thread", thread.group):
        raise Refused(_("You may not open a thread in this group."))
    if not actor.has_perm("discussions.post_thread", thread):
        raise Refused(_("You would not see this thread yourself. Choose who may."))
    if thread.is_overtaken:
        raise Refused(_("A thread about an event under the Chatham House Rule has no names."))


def _forget_begun_by_name(actor: Member, thread: Thread, text: str) -> None:
    """Forget a draft of this thread that was begun by name. Where no names were to choose, it is of another one, unless
    it says the same: its event was put under the Chatham House Rule meanwhile.
    """
    if thread.event is None or not thread.event.is_chatham_house:
        forget_thread_draft(actor=actor)
    forget_drafts_like(actor=actor, title=thread.title, text=text)


@transaction.atomic
def _first(
    actor: Member,
    post: Post,
    topics: Iterable[Topic],
    attribution: str,
    now: datetime,
    attachment: Attachment | None,
) -> Post:
    """Keep the thread and its first post, or return those of today that say the same."""
    thread = post.thread
    Group.objects.filter(pk=thread.group_id).update(updated_at=F("updated_at"))  # One press after the other.
    if thread.event is not None:
        # Looking at a file takes its time: the event may be under the rule by now.
        thread.event.refresh_from_db(fields=["is_chatham_house"])
    _check_may_open(actor, thread)
    if (same := _opened_today(actor, post, now)) is not None:
        return same
    thread.opened_on, thread.last_posted_at = today_of(now), thread.when(now)
    if thread.is_named:
        forget_thread_draft(actor=actor)
        thread.opener, thread.opened_at = actor, now
    thread.save(force_insert=True)
    _put_on(thread, topics)
    _placed(actor, post, attribution, now)
    put_on(post, attachment)
    return post


def _opened_today(actor: Member, post: Post, now: datetime) -> Post | None:
    """Return the first post of a thread that the actor has opened today with the same title and text in the same
    group. In an unattributed one its mark knows its writer.
    """
    thread = post.thread
    same = {"group": thread.group, "title": thread.title, "mode": thread.mode, "opened_on": today_of(now)}
    alike = Thread.objects.filter(**same, is_hidden=False)
    first = Post.objects.filter(thread__in=alike, number=1, state=Post.State.SHOWN, text=post.text)
    return next((each for each in first.select_related("thread__group") if each.is_of(actor)), None)


def _put_on(thread: Thread, topics: Iterable[Topic]) -> None:
    """Under random ids: numbers in a row would say between which two threads, whose instant is known, one without
    names was opened.
    """
    rows = Thread.topics.through.objects
    rows.bulk_create(rows.model(pk=new_number(), thread=thread, topic=topic) for topic in topics)


def write_post(
    *,
    actor: Member,
    thread: Thread,
    text: str,
    attribution: str = Attribution.NONE,
    upload: File | None = None,
    now: datetime,
) -> Post:
    """Write the next post. The same text twice in a row, as a second press of the button sends it, is one post.

    ``attribution`` counts in an unattributed thread: how the post is signed, if the label fits enough people. Refused
    with the reason where nobody may write, without the right, and with an ``upload`` where none is taken. Load the
    thread with ``event``, and call it outside a transaction: the file is looked at and written before one begins.
    """
    _check_may_write(actor, thread)
    post = _drawn(actor, thread, text)
    if not thread.is_named:
        forget_drafts_like(actor=actor, text=text)
    with laid_down(thread, upload) as attachment:
        return _next(actor, post, attribution, now, attachment)


@transaction.atomic
def _next(actor: Member, post: Post, attribution: str, now: datetime, attachment: Attachment | None) -> Post:
    """Keep the post, or return the same one that stands there last already."""
    thread = post.thread
    thread.lock()
    post.thread = thread = Thread.objects.select_related("event", "group").get(pk=thread.pk)
    _check_may_write(actor, thread)
    last = thread.posts.filter(number=thread.last_number, state=Post.State.SHOWN).first()
    if last is not None and last.text == post.text and last.is_of(actor):
        return last
    DraftPost.objects.filter(thread=thread, member=actor).delete()
    _placed(actor, post, attribution, now)
    put_on(post, attachment)
    return post


def _check_may_write(actor: Member, thread: Thread) -> None:
    check_takes_posts(thread)
    if not actor.has_perm("discussions.post_thread", thread):
        raise Refused(_("You may read this thread, but not write in it."))


def check_takes_posts(thread: Thread) -> None:
    """Refuse with the reason why nothing can be written in the thread. Load it with ``event``."""
    if thread.is_hidden:
        raise Refused(_("This thread is hidden and takes no posts."))
    if thread.is_overtaken:
        raise Refused(
            _(
                "The event is now under the Chatham House Rule, and names stand in this thread: it takes no more "
                "posts. Open a new one, without names."
            )
        )
    if thread.is_locked:
        raise Refused(_("This thread is locked and takes no more posts."))


def check_text(text: str) -> None:
    """Refuse what is no post: nothing, or too much."""
    if not text.strip():
        raise Refused(_("Write something first."))
    if len(text) > MAX_POST:
        raise Refused(_("A post has at most 30,000 characters. Shorten it, or split it."))


def _drawn(actor: Member, thread: Thread, text: str) -> Post:
    """Return a post that holds its text, drawn before anything is locked: that may take a while."""
    check_text(text)
    post = Post(thread=thread)
    for name, value in drawing(thread, post, resolved(text, actor=actor, thread=thread)).items():
        setattr(post, name, value)
    return post


def _placed(actor: Member, post: Post, attribution: str, now: datetime) -> Post:
    """Keep the post as the next of its thread, under the name or without it."""
    thread = post.thread
    post.posted_on = today_of(now)
    if thread.is_named:
        post.attribution, post.author, post.posted_at = Attribution.NAME, actor, now
    else:
        post.attribution, post.label = _signed(actor, thread, attribution)
        post.sign_for(actor)
    post.number = thread.take_number(now)
    post.save(force_insert=True)
    if thread.is_named:
        ReadMark.objects.advance_past_own(member=actor, thread_id=thread.pk, number=post.number)
    follow_by_writing(actor, thread)
    tell_of(post)
    return post


def _signed(actor: Member, thread: Thread, attribution: str) -> tuple[str, str]:
    """Return how a post without a name is signed. A label that fits too few is refused, not widened silently."""
    if attribution == Attribution.NONE:
        return Attribution.NONE, ""
    for label in labels_for(actor, thread):
        if label.attribution == attribution and label.is_wide_enough:
            return label.attribution, label.text
    raise Refused(_("This label fits too few people here. Choose a wider one."))
