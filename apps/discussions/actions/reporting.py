"""Telling those who lead the group that a post should not stand, and what they make of it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.discussions.actions.leading import hide_post, remove_post
from apps.discussions.models import Post, PostReport, Thread, today_of
from apps.members.models import Member, Membership
from apps.notifications import outbox
from apps.notifications.recipients import Recipient, recipient_of


def report_post(*, actor: Member, post: Post, reason: str, now: datetime) -> PostReport:
    """Report a post, once each. In an unattributed thread nobody learns who did.

    Refused for what the actor may not read, and without a reason.
    """
    if not actor.has_perm("discussions.report_post", post):
        raise Refused(_("You may not report this post."))
    if not reason.strip():
        raise Refused(_("Say what is wrong with it."))
    report = PostReport(post=post, reason=reason, text=post.text, reported_on=today_of(now))
    report.mark_for(actor)
    if post.thread.is_named:
        report.reporter = actor
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            outbox.notify("post_reported", post.thread, _moderators(post.thread), report.occasion)
    except IntegrityError:
        raise Refused(_("You have reported this post already.")) from None
    return report


@transaction.atomic
def uphold_report(*, actor: Member, report: PostReport, is_removed: bool, reason: str, now: datetime) -> PostReport:
    """Hide the post that was reported, or delete it for good, with a reason that readers see. That settles this report
    and the others of the post.

    A post that is hidden or gone already stays so. Refused to all but those who lead, and without a reason.
    """
    if not PostReport.objects.waiting().filter(pk=report.pk).exists():
        raise Refused(_("This report is settled already."))
    post = report.post
    if is_removed and not post.is_gone:
        remove_post(actor=actor, post=post, reason=reason, now=now)
    elif not is_removed and post.is_shown:
        hide_post(actor=actor, post=post, reason=reason, now=now)
    else:
        return settle_report(actor=actor, report=report, is_upheld=True, now=now)
    report.refresh_from_db()
    return report


def _moderators(thread: Thread) -> list[Recipient]:
    """Those who lead the thread's group; the secretariat where nobody does."""
    leading = Membership.objects.current().leading().filter(group=thread.group_id)
    people = Member.objects.active().filter(pk__in=leading.values("member")).order_by("pk")
    found = [recipient_of(member) for member in people]
    return found or [recipient_of(member) for member in Member.objects.active().filter(is_staff=True).order_by("pk")]


@transaction.atomic
def settle_report(*, actor: Member, report: PostReport, is_upheld: bool, now: datetime) -> PostReport:
    """Say what came of a report. The text it kept is not needed any more. Refused to all but those who lead."""
    if not actor.has_perm("discussions.lead_thread", report.post.thread):
        raise Refused(_("Only those who lead the group can do this."))
    if not PostReport.objects.filter(pk=report.pk).settle(by=actor, on=today_of(now), is_upheld=is_upheld):
        raise Refused(_("This report is settled already."))
    report.refresh_from_db()
    return report
