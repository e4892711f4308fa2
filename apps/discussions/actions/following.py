"""What a reader chooses to be told of, and having readers told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.discussions.levels import Level
from apps.discussions.mails import GONE, UNSEEN
from apps.discussions.models import Post, PostBatch, Subscription, Thread
from apps.discussions.telling import SETTLES_IN, last_slot, numbers_told, plan_for_batch, plans_for, rules_about
from apps.members.models import Group, Member, Topic
from apps.notifications import reminders
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.purge import blank

# So near its time the worker may have begun with a saying.
CLOSE = timedelta(seconds=10)


@transaction.atomic
def follow(*, actor: Member, thing: Thread | Topic | Group, level: str) -> None:
    """Note what the actor wants to be told of a thread, a topic or a group; "" takes the choice back.

    Refused for a thread or a group the actor does not see.
    """
    _check_sees(actor, thing)
    rows = Subscription.objects.filter(member=actor, **{thing._meta.model_name or "": thing})
    if level and not rows.update(level=Level(level)):
        rows.get_or_create(member=actor, **{thing._meta.model_name or "": thing}, defaults={"level": level})
    if not level:
        rows.delete()


def _check_sees(actor: Member, thing: Thread | Topic | Group) -> None:
    perm = {Thread: "discussions.view_thread", Group: "members.view_group"}.get(type(thing))
    if perm and not actor.has_perm(perm, thing):
        raise Refused(_("You can not follow what you do not see."))


def follow_by_writing(member: Member, thread: Thread) -> None:
    """Who writes under their name follows the thread, unless they have chosen. Never where names are withheld."""
    if thread.is_named:
        Subscription.objects.get_or_create(member=member, thread=thread, defaults={"level": Level.ALL})


def tell_of(post: Post) -> None:
    """Have readers told of a post under a name. Call inside the transaction that writes it; again does no more."""
    for entry in plans_for(post):
        reminders.add(post.thread, entry)


def tell_of_edit(post: Post) -> None:
    """Have those told whom the text as edited is addressed to, and was not before. Call inside the transaction that
    edits it.
    """
    tell_of(post)
    for entry in plans_for(post):
        if entry.kind == "thread_addressed":
            reminders.look_again(post.thread, entry)


def tell_what_was_hidden(thread: Thread) -> None:
    """Have readers told of what was hidden when its turn came. Call inside the transaction that shows it again."""
    reminders.resume(thread, [UNSEEN, GONE])


def set_apart(post: Post, now: datetime) -> None:
    """Have a post that is hidden before its batch has settled told alone, should it be shown again. Call inside the
    transaction that hides it.
    """
    settling = Reminder.objects.about(post.thread).filter(
        kind="thread_batch", state=Reminder.State.SCHEDULED, due_at__gt=now + CLOSE
    )
    for row in settling:
        first, last = numbers_told(row.rule)
        if first < last and first <= post.number <= last:
            row.delete()
            for part in _parts(first, last, [post.number]):
                reminders.add(post.thread, plan_for_batch(post.thread, *part, row.anchor_at, row.due_at - SETTLES_IN))


def tell_who_sees_again(thread: Thread) -> None:
    """Have those told who had lost sight of the thread when their turn came. Call inside the transaction that moves
    it.
    """
    reminders.resume(thread, [UNSEEN])


def forget_what_was_told(post: Post) -> None:
    """Have the ledger forget what the mails about a post said, with all that was told in the same mail. Call inside the
    transaction that deletes it. Three statements.
    """
    told = Reminder.objects.about(post.thread)
    if post.thread.is_named:
        told = told.filter(rule__in=rules_about(post.number))
    ids = [pk for pk, rule in told.values_list("pk", "rule") if _is_told(post.number, rule)]
    blank(OutgoingMail.objects.filter(reminder__in=ids))


def _is_told(number: int, rule: str) -> bool:
    first, last = numbers_told(rule)
    return first <= number <= last


def tell_in_batches(now: datetime) -> int:
    """At each fixed time have readers told of the posts without names that came since the one before.

    Returns how many threads have something to tell. One query when the last time is done; a second run does nothing.
    """
    slot_at = last_slot(now)
    if PostBatch.objects.filter(slot_at=slot_at).exists():
        return 0
    with transaction.atomic():
        if not PostBatch.objects.get_or_create(slot_at=slot_at)[1]:
            return 0
        threads = list(Thread.objects.to_tell())
        for thread in threads:
            _tell_batch(thread, slot_at, now)
        return len(threads)


def _tell_batch(thread: Thread, slot_at: datetime, now: datetime) -> None:
    first, last = thread.told_number + 1, thread.last_number
    Thread.objects.filter(pk=thread.pk).update(told_number=last)
    hidden = thread.posts.numbered(first, last).filter(state=Post.State.HIDDEN).values_list("number", flat=True)
    for part in _parts(first, last, hidden):
        reminders.add(thread, plan_for_batch(thread, *part, slot_at, now))


def _parts(first: int, last: int, hidden: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last numbers of what is told together: a hidden post alone, which may be shown again later."""
    for number in hidden:
        if first < number:
            yield first, number - 1
        yield number, number
        first = number + 1
    if first <= last:
        yield first, last
