"""What those who lead a group, and the secretariat, do with its threads."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.discussions.actions.editing import withdraw
from apps.discussions.actions.following import set_apart, tell_what_was_hidden
from apps.discussions.models import Post, Thread, today_of
from apps.members.models import Member


@transaction.atomic
def pin_thread(*, actor: Member, thread: Thread, is_pinned: bool) -> Thread:
    """Keep the thread at the head of the lists, or no longer. Audited."""
    _check_leads(actor, thread)
    thread.is_pinned = is_pinned
    thread.save(update_fields=["is_pinned"])
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=thread, detail="pinned" if is_pinned else "not pinned")
    return thread


@transaction.atomic
def lock_thread(*, actor: Member, thread: Thread, is_locked: bool, reason: str = "") -> Thread:
    """Let nobody write any more, or let them again. What stands stays, and can still be deleted by its authors.
    Audited.
    """
    _check_leads(actor, thread)
    thread.is_locked, thread.lock_reason = is_locked, reason if is_locked else ""
    thread.save(update_fields=["is_locked", "lock_reason"])
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=thread, detail="locked" if is_locked else "not locked")
    return thread


@transaction.atomic
def hide_thread(*, actor: Member, thread: Thread, is_hidden: bool, reason: str = "") -> Thread:
    """Show the thread to those who lead its group only, at once and everywhere, or to its readers again. Audited."""
    _check_leads(actor, thread)
    if is_hidden and not reason.strip():
        raise Refused(_("Say why it is hidden."))
    thread.is_hidden, thread.hidden_reason = is_hidden, reason if is_hidden else ""
    thread.save(update_fields=["is_hidden", "hidden_reason"])
    if not is_hidden:
        tell_what_was_hidden(thread)
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=thread, detail="hidden" if is_hidden else "shown")
    return thread


@transaction.atomic
def rename_thread(*, actor: Member, thread: Thread, title: str) -> Thread:
    """Give the thread a title that says better what it is about. Audited, without the titles."""
    _check_leads(actor, thread)
    thread.title = title
    thread.save(update_fields=["title"])
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=thread, detail="renamed")
    return thread


def summarise_thread(*, actor: Member, thread: Thread, summary: str, now: datetime) -> Thread:
    """Write the summary so far, up to the present last post. Who wrote it is kept where names are."""
    _check_leads(actor, thread)
    thread.refresh_from_db(fields=["last_number"])
    thread.summary, thread.summary_number = summary, thread.last_number if summary else 0
    thread.summary_on = today_of(now) if summary else None
    thread.summary_by = actor if summary and thread.is_named else None
    thread.save(update_fields=["summary", "summary_number", "summary_on", "summary_by"])
    return thread


def settle_thread(*, actor: Member, thread: Thread, outcome: str, number: int | None, now: datetime) -> Thread:
    """Say what came out, and in which post it stands; an empty outcome takes it back."""
    _check_leads(actor, thread)
    if number is not None and not thread.posts.filter(number=number, state=Post.State.SHOWN).exists():
        raise Refused(_("There is no post of this number to point to."))
    thread.outcome, thread.outcome_number = outcome, number if outcome else None
    thread.outcome_on = today_of(now) if outcome else None
    thread.save(update_fields=["outcome", "outcome_number", "outcome_on"])
    return thread


@transaction.atomic
def hide_post(*, actor: Member, post: Post, reason: str, now: datetime) -> Post:
    """Show a post to those who lead only, with the reason to all. Audited by its number, not by who wrote it.

    What was reported of it is settled by that, as when it is hidden from the queue of reports.
    """
    _check_leads(actor, post.thread)
    if not reason.strip():
        raise Refused(_("Say why it is hidden."))
    post.thread.lock()
    _move(post, Post.State.SHOWN, Post.State.HIDDEN, reason)
    set_apart(post, now)
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=post.thread, detail=f"hidden:{post.number}")
    post.reports.settle(by=actor, on=today_of(now), is_upheld=True)
    return post


@transaction.atomic
def show_post(*, actor: Member, post: Post) -> Post:
    """Show a hidden post to its readers again."""
    _check_leads(actor, post.thread)
    post.thread.lock()
    _move(post, Post.State.HIDDEN, Post.State.SHOWN, "")
    tell_what_was_hidden(post.thread)
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=post.thread, detail=f"shown:{post.number}")
    return post


@transaction.atomic
def remove_post(*, actor: Member, post: Post, reason: str, now: datetime) -> Post:
    """Delete a post of somebody else for good, with its history. A trace and the reason stay. Audited.

    What was reported of it is settled by that.
    """
    _check_leads(actor, post.thread)
    if not reason.strip():
        raise Refused(_("Say why it is deleted."))
    post.thread.lock()
    post = Post.objects.select_related("thread").get(pk=post.pk)
    if post.is_gone:
        raise Refused(_("This post is deleted already."))
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=post.thread, detail=f"removed:{post.number}")
    post.reports.settle(by=actor, on=today_of(now), is_upheld=True)
    return withdraw(post, state=Post.State.REMOVED, reason=reason, on=today_of(now))


def _check_leads(actor: Member, thread: Thread) -> None:
    if not actor.has_perm("discussions.lead_thread", thread):
        raise Refused(_("Only those who lead the group can do this."))


def _move(post: Post, before: str, after: str, reason: str) -> None:
    if not Post.objects.filter(pk=post.pk, state=before).update(state=after, reason=reason):
        raise Refused(_("This post has changed meanwhile. Look at it again."))
    post.state, post.reason = after, reason
