"""What a restore carries over of discussions: what was moved, hidden, locked or deleted since the backup stays so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.discussions.actions.editing import withdraw
from apps.discussions.models import Post, Thread
from apps.members.models import Group
from apps.members.permissions import Visibility

_WIDTHS = {visibility: width for width, visibility in enumerate(Visibility)}  # the widest first


def offer() -> None:
    """Register everything. Called once, when the application is ready."""
    carryover.register("discussions.thread", collect_threads, apply_threads)
    carryover.register("discussions.post", collect_posts, apply_posts)


def collect_threads(taken_at: datetime) -> Kept:
    """Who may see each thread, and whether it takes posts."""
    fields = ("pk", "group", "visibility", "is_hidden", "hidden_reason", "is_locked", "lock_reason")
    return Thread.objects.order_by("pk").values(*fields).iterator(CHUNK)


def apply_threads(records: Iterator[Record]) -> Iterator[str]:
    """Give to other or fewer readers again what was moved or hidden, and keep shut what was locked."""
    for record in records:
        thread = Thread.objects.filter(pk=record["pk"]).first()
        if thread is not None:
            yield from _narrow(thread, record)
            thread.save()


def _narrow(thread: Thread, record: Record) -> Iterator[str]:
    name = f"Thread {thread.pk} “{thread}”"
    if record["group"] != thread.group_id and Group.objects.filter(pk=record["group"]).exists():
        thread.group_id, thread.visibility = record["group"], record["visibility"]
        yield f"{name}: moved to another group since the backup, stays there."
    if _WIDTHS[Visibility(record["visibility"])] > _WIDTHS[Visibility(thread.visibility)]:
        thread.visibility = record["visibility"]
        yield f"{name}: visible to “{thread.get_visibility_display()}” only, as today."
    if record["is_hidden"] and not thread.is_hidden:
        thread.is_hidden, thread.hidden_reason = True, record["hidden_reason"]
        yield f"{name}: hidden since the backup, stays so."
    if record["is_locked"] and not thread.is_locked:
        thread.is_locked, thread.lock_reason = True, record["lock_reason"]
        yield f"{name}: locked since the backup, stays so."


def collect_posts(taken_at: datetime) -> Kept:
    """What is hidden or deleted."""
    rows = Post.objects.exclude(state=Post.State.SHOWN).order_by("pk")
    for row in rows.values("pk", "state", "reason", "gone_on").iterator(CHUNK):
        yield {**row, "pk": str(row["pk"]), "gone_on": row["gone_on"] and row["gone_on"].isoformat()}


def apply_posts(records: Iterator[Record]) -> Iterator[str]:
    """Hide or delete again what was hidden or deleted; without a word about each, which would say when."""
    settled = 0
    for record in records:
        post = Post.objects.filter(pk=record["pk"]).exclude(state=record["state"]).select_related("thread").first()
        if post is None or post.is_gone:
            continue
        settled += 1
        if record["state"] in Post.GONE:
            day = date.fromisoformat(record["gone_on"])
            withdraw(post, state=record["state"], on=day, reason=record["reason"])
        else:
            Post.objects.filter(pk=post.pk).update(state=record["state"], reason=record["reason"])
    if settled:
        yield f"{settled} × post: hidden or deleted since the backup, stays so."
