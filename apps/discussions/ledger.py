"""What the discussions say should have been sent (for ``notifications.ledger``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType

from apps.core.models import AuditEntry
from apps.discussions.models import Subscription, Thread
from apps.members.models import Member, Membership
from apps.notifications.models import OutgoingMail, Reminder

# How far back it is looked: of older sayings today's choices tell too little, and there are many.
LOOKS_BACK = timedelta(days=31)


def differences(now: datetime) -> Iterator[str]:
    """Yield who was passed over by a saying that went out, and mails that come from none.

    A handful of queries for each saying of the last month.
    """
    about_type = ContentType.objects.get_for_model(Thread)
    sent = Reminder.objects.filter(about_type=about_type, state=Reminder.State.SENT, sent_at__gte=now - LOOKS_BACK)
    for reminder in sent.order_by("pk").iterator():
        yield from _passed_over(reminder, now)
    bare = OutgoingMail.objects.filter(about_type=about_type, reminder=None)
    for pk, kind in bare.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) belongs to no post that was told"


def _passed_over(reminder: Reminder, now: datetime) -> Iterator[str]:
    thread = Thread.objects.filter(pk=reminder.about_id).first()
    if thread is None or _has_changed(thread, reminder):
        return
    everyone: int = Member.objects.count()
    meant = {recipient.member_id for recipient in thread.reminder_recipients(reminder, "", everyone, now)}
    written = OutgoingMail.objects.about(thread).filter(occasion=reminder.occasion).values_list("member", flat=True)
    for member in sorted(_there_since(meant - set(written), thread, reminder)):
        yield f"discussion {thread.pk}: member {member} was not told by {reminder.rule}"


def _has_changed(thread: Thread, reminder: Reminder) -> bool:
    """Whether other people read it now, or the posts say something else than when they were told."""
    posts = thread.posts_told(reminder.rule)
    since: Any = reminder.sent_at
    is_moved = thread.moved_on is not None and thread.moved_on >= since.date()
    return is_moved or thread.is_hidden or not posts or any(post.edited_on for post in posts)


def _there_since(members: set[Any], thread: Thread, reminder: Reminder) -> set[int]:
    """Return those of whom nothing has changed since: of others nobody can tell what held then."""
    since = reminder.due_at
    let_in = AuditEntry.objects.filter(
        event=AuditEntry.Event.STATUS, about_type=ContentType.objects.get_for_model(Member), at__gte=since
    )
    joined = Membership.objects.filter(group=thread.group_id, updated_at__gte=since)
    chosen = Subscription.objects.filter(updated_at__gte=since)
    steady = Member.objects.filter(pk__in=members, created_at__lt=since)
    for changed, name in ((let_in, "about_id"), (joined, "member"), (chosen, "member")):
        steady = steady.exclude(pk__in=changed.values(name))
    return set(steady.values_list("pk", flat=True))
