"""Forgetting what need not be kept: bodies of old mails, old rate counters (GDPR art. 5(1)(e))."""

from __future__ import annotations

from datetime import datetime

from apps.notifications.models import Announcement, OutgoingMail, RateWindow
from apps.notifications.querysets import MailQuerySet

State = OutgoingMail.State

_FINISHED = (State.SENT, State.SUPPRESSED, State.MISSED, State.CANCELLED, State.FAILED, State.UNCLEAR)


def purge_bodies(before: datetime) -> int:
    """Blank the bodies of mails finished before ``before``; the rows stay as the record. Returns how many."""
    old = OutgoingMail.objects.filter(state__in=_FINISHED, due_at__lt=before)
    ended = Announcement.objects.exclude(state=Announcement.State.WAITING).filter(created_at__lt=before)
    ended.exclude(member_ids=[]).update(title="", paragraph="", member_ids=[])
    RateWindow.objects.filter(minute__lt=before).delete()
    return blank(old)


def blank(mails: MailQuerySet) -> int:
    """Blank the bodies of these; the rows stay as the record. Returns how many had one. Two statements."""
    # Should one of these go out after all, it is written anew and never goes out empty.
    mails.exclude(state=State.SENT).exclude(written_at=None).update(written_at=None)
    return mails.exclude(text_body="", html_body="").update(text_body="", html_body="", attachments=[])


def blank_expired_seals(now: datetime) -> int:
    """Blank the sealed bodies of security mails that can not go any more; returns how many."""
    return OutgoingMail.objects.filter(expires_at__lt=now).exclude(sealed=b"").update(sealed=b"")
