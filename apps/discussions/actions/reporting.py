"""Telling those who lead the group that a post should not stand, and what they make of it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.discussions.models import Post, PostReport, today_of
from apps.members.models import Member


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
    except IntegrityError:
        raise Refused(_("You have reported this post already.")) from None
    return report


@transaction.atomic
def settle_report(*, actor: Member, report: PostReport, is_upheld: bool, now: datetime) -> PostReport:
    """Say what came of a report. The text it kept is not needed any more. Refused to all but those who lead."""
    if not actor.has_perm("discussions.lead_thread", report.post.thread):
        raise Refused(_("Only those who lead the group can do this."))
    state = PostReport.State.UPHELD if is_upheld else PostReport.State.DISMISSED
    settled = {"state": state, "settled_on": today_of(now), "settled_by": actor, "text": ""}
    if not PostReport.objects.filter(pk=report.pk, state=PostReport.State.OPEN).update(**settled):
        raise Refused(_("This report is settled already."))
    report.refresh_from_db()
    return report
