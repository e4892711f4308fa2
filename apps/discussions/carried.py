"""What a restore carries over of discussions: what was moved, hidden, locked, taken off or deleted since the backup
stays so, what was reported and is settled does not wait again, what was told is not told again and what readers chose
holds, and posts without a name say no more of their writers than they did last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import batched

from django.db.models import F, Max

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.discussions.actions.editing import withdraw
from apps.discussions.actions.moving import widen_labels
from apps.discussions.filing import take_off
from apps.discussions.models import Attachment, Post, PostBatch, PostReport, Subscription, Thread, today_of
from apps.discussions.telling import last_slot
from apps.members.carried import audience
from apps.members.models import Group, Member, Topic
from apps.notifications import holds
from apps.publications.models import Attribution

_CHOSEN_BY_AND_FOR = {"member_id": Member, "thread_id": Thread, "topic_id": Topic, "group_id": Group}


def offer() -> None:
    """Register everything. Called once, when the application is ready."""
    carryover.register("discussions.thread", collect_threads, apply_threads)
    carryover.register("discussions.attachment", collect_attachments, apply_attachments)
    carryover.register("discussions.post", collect_posts, apply_posts)
    carryover.register("discussions.postreport", collect_reports, apply_reports)
    carryover.register("discussions.post.label", collect_labels, apply_labels)
    carryover.register("discussions.subscription", collect_choices, apply_choices)
    holds.register_set_aside(forget_untold_posts)


def collect_threads(taken_at: datetime) -> Kept:
    """Who may see each thread, whether it takes posts, and how far its readers were told."""
    fields = ("pk", "group", "visibility", "is_hidden", "hidden_reason", "is_locked", "lock_reason", "told_number")
    return Thread.objects.order_by("pk").values(*fields).iterator(CHUNK)


def apply_threads(records: Iterator[Record]) -> Iterator[str]:
    """Give to other or fewer readers again what was moved or hidden, keep shut what was locked, tell no post again."""
    for record in records:
        thread = Thread.objects.filter(pk=record["pk"]).first()
        if thread is not None:
            readers = thread.group_id, thread.visibility
            name = f"Thread {thread.pk} “{thread}”"
            yield from audience.follow(thread, record, name)
            yield from _shut(thread, record, name)
            thread.told_number = max(thread.told_number, min(record["told_number"], thread.last_number))
            thread.save()
            if readers != (thread.group_id, thread.visibility):
                # The labels are those of the backup: they fitted its readers.
                widen_labels(thread)


def _shut(thread: Thread, record: Record, name: str) -> Iterator[str]:
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


def collect_attachments(taken_at: datetime) -> Kept:
    """The files that stand beside a post."""
    files = Attachment.objects.order_by("pk").values_list("pk", flat=True)
    return ({"pk": str(pk)} for pk in files.iterator(chunk_size=CHUNK))


def apply_attachments(records: Iterator[Record]) -> Iterator[str]:
    """Take off again what an edit took off or replaced; of a post that is deleted nothing is left by now."""
    standing = {record["pk"] for record in records}
    restored = Attachment.objects.select_related("post").order_by("pk")
    gone = [attachment.post for attachment in restored if str(attachment.pk) not in standing]
    for post in gone:
        take_off(post)
    if gone:
        yield f"{len(gone)} × file of a post: taken off since the backup, stays so."


def collect_reports(taken_at: datetime) -> Kept:
    """What came of the reports that are settled. Who sent them stands nowhere."""
    rows = PostReport.objects.exclude(state=PostReport.State.OPEN).order_by("pk")
    for row in rows.values("pk", "state", "settled_on", "settled_by").iterator(CHUNK):
        yield {**row, "pk": str(row["pk"]), "settled_on": row["settled_on"] and row["settled_on"].isoformat()}


def apply_reports(records: Iterator[Record]) -> Iterator[str]:
    """Settle them again: what was decided asks nobody twice, and the text that a report keeps is forgotten again."""
    settled = 0
    for some in batched(records, CHUNK):
        deciders = Member.objects.in_bulk({record["settled_by"] for record in some if record["settled_by"]})
        for record in some:
            settled += PostReport.objects.filter(pk=record["pk"]).settle(
                by=deciders.get(record["settled_by"]),
                on=date.fromisoformat(record["settled_on"]),
                is_upheld=record["state"] == PostReport.State.UPHELD,
            )
    if settled:
        yield f"{settled} × report of a post: settled since the backup, stays so."


def collect_labels(taken_at: datetime) -> Kept:
    """What each post without a name says of its writer; whose it is stands nowhere."""
    rows = Post.objects.exclude(owner_mark="").order_by("pk").values_list("pk", "attribution", "label")
    return (
        {"pk": str(pk), "attribution": attribution, "label": label}
        for pk, attribution, label in rows.iterator(chunk_size=CHUNK)
    )


def apply_labels(records: Iterator[Record]) -> Iterator[str]:
    """Widen again what was widened. The sentence names no post."""
    widened = 0
    for some in batched(records, CHUNK):
        last = {record["pk"]: (Attribution(record["attribution"]), record["label"]) for record in some}
        labelled = Post.objects.filter(pk__in=last).exclude(attribution=Attribution.NAME).exclude(label="")
        for post in labelled.only("attribution"):
            attribution, label = last[str(post.pk)]
            if attribution.is_wider_than(Attribution(post.attribution)):
                widened += Post.objects.filter(pk=post.pk).update(attribution=attribution, label=label)
    if widened:
        yield f"{widened} × post without a name: says less of its writer since the backup, stays so."


def collect_choices(taken_at: datetime) -> Kept:
    """What each reader chose to be told of; what is missing was taken back."""
    return Subscription.objects.order_by("pk").values(*_CHOSEN_BY_AND_FOR, "level").iterator(CHUNK)


def apply_choices(records: Iterator[Record]) -> Iterator[str]:
    """Take each reader's newest choice, and none where it was taken back: who answered a mail by switching it off gets
    no other.
    """
    stale = {tuple(getattr(row, name) for name in _CHOSEN_BY_AND_FOR): row for row in Subscription.objects.all()}
    here = {
        name: {None, *model._default_manager.values_list("pk", flat=True)} for name, model in _CHOSEN_BY_AND_FOR.items()
    }
    settled = 0
    for some in batched(records, CHUNK):
        changed, added = [], []
        for record in some:
            row = stale.pop(tuple(record[name] for name in _CHOSEN_BY_AND_FOR), None)
            if row is not None and row.level != record["level"]:
                row.level = record["level"]
                changed.append(row)
            if row is None and all(record[name] in ids for name, ids in here.items()):
                added.append(Subscription(**record))
        Subscription.objects.bulk_update(changed, ["level"])
        Subscription.objects.bulk_create(added)
        settled += len(changed) + len(added)
    for gone in batched(stale.values(), CHUNK):
        settled += Subscription.objects.filter(pk__in=[row.pk for row in gone]).delete()[0]
    if settled:
        yield f"{settled} × choice of what to be told of in the discussions: made since the backup, stays so."


def forget_untold_posts(moment: datetime) -> None:
    """Tell nobody of posts without names that should have been told before ``moment``: they may have been.

    Of these posts no more than the day is known: those of the same day that were written after it go untold as well.
    None, where no fixed time has passed since the posts of the one before were told.
    """
    if PostBatch.objects.filter(slot_at__gte=last_slot(moment)).exists():
        return
    untold = Thread.objects.filter(mode=Thread.Mode.UNATTRIBUTED, last_number__gt=F("told_number"))
    for thread in untold.order_by("pk"):
        last = thread.posts.filter(posted_on__lte=today_of(moment)).aggregate(last=Max("number"))["last"] or 0
        Thread.objects.filter(pk=thread.pk, told_number__lt=last).update(told_number=last)
