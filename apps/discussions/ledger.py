"""What the discussions say should have been sent (for ``notifications.ledger``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat, Replace

from apps.discussions.models import Post, PostReport, Thread
from apps.notifications.ledger import GRACE
from apps.notifications.models import OutgoingMail, Reminder

# How far back posts are looked at: what is older was told, or is not worth telling any more.
LOOKS_BACK = timedelta(days=31)


def differences(now: datetime) -> Iterator[str]:
    """Yield posts nobody was told of, sayings that lost a mail, and mails that come from none. Seven queries, and
    one for each saying of late that was called off.

    Whom a saying is for is settled when it goes out, by choices that may change the next minute: of that only the
    number is kept, and compared.
    """
    yield from _never_planned(now)
    yield from _called_off(now)
    yield from _with_fewer_mails()
    yield from _without_cause()
    yield from _reports()


def _never_planned(now: datetime) -> Iterator[str]:
    rule = Concat(Value("discussions.post:"), Cast(OuterRef("number"), CharField()))
    planned = Reminder.objects.filter(about_type=_thread_type(), about_id=OuterRef("thread_id"), rule=rule)
    recent = Post.objects.filter(posted_at__gte=now - LOOKS_BACK, posted_at__lte=now - GRACE, thread__is_sample=False)
    told_of = recent.filter(thread__mode=Thread.Mode.NAMED).filter(~Exists(planned))
    for thread, number in told_of.values_list("thread", "number").iterator():
        yield f"discussion {thread}: nobody is to be told of post {number}"


def _called_off(now: datetime) -> Iterator[str]:
    """What was hidden when its turn came has to be told once it is shown again."""
    rows = Reminder.objects.filter(about_type=_thread_type(), state=Reminder.State.CANCELLED, expires_at__gt=now)
    called_off = list(rows.order_by("pk").values_list("about_id", "rule"))
    shown = Thread.objects.filter(is_hidden=False).in_bulk({thread for thread, _rule in called_off})
    for thread, rule in called_off:
        if thread in shown and shown[thread].posts_told(rule):
            yield f"discussion {thread}: nobody was told by {rule} of what stands"


def _with_fewer_mails() -> Iterator[str]:
    sent = Reminder.objects.filter(about_type=_thread_type(), state=Reminder.State.SENT)
    short = sent.annotate(written=Count("mails")).filter(written__lt=F("recipient_count"))
    for thread, rule in short.order_by("pk").values_list("about_id", "rule").iterator():
        yield f"discussion {thread}: not everybody was told by {rule}"


def _without_cause() -> Iterator[str]:
    bare = OutgoingMail.objects.filter(about_type=_thread_type(), reminder=None).exclude(kind="post_reported")
    for pk, kind in bare.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) belongs to no post that was told"


def _reports() -> Iterator[str]:
    """Reports nobody was told of, and mails about none. Two queries."""
    name = Concat(Value("report:"), Replace(Cast("pk", CharField()), Value("-"), Value("")))
    named = PostReport.objects.annotate(occasion_name=name)
    mails = OutgoingMail.objects.filter(about_type=_thread_type(), kind="post_reported")
    untold = named.filter(~Exists(mails.filter(occasion=OuterRef("occasion_name"))))
    for thread in untold.values_list("post__thread", flat=True).iterator():
        yield f"discussion {thread}: a post was reported and nobody was told"
    for pk, kind in mails.filter(~Exists(named.filter(occasion_name=OuterRef("occasion")))).values_list("pk", "kind"):
        yield f"mail {pk} ({kind}) tells of no report"


def _thread_type() -> ContentType:
    return ContentType.objects.get_for_model(Thread)
