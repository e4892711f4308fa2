"""What waits while mail is on hold after a restore, and letting it go.

While a hold is open only security mail written since leaves; no reminder and no announcement is turned into mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.notifications.models import Announcement, Hold, OutgoingMail, Reminder
from apps.notifications.models.mail import Priority
from apps.notifications.nudge import nudge_delivery, nudge_work
from apps.notifications.querysets import MailQuerySet

_ALL_SENT, _SOME_SET_ASIDE = "all sent", "earlier ones set aside"

type SetAside = Callable[[datetime], None]

_setters_aside: list[SetAside] = []

SET_ASIDE = noop("set aside after a restore: it may have been sent before")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows of each kind wait for the release; ``earlier`` mails are those that stood in the backup."""

    mails: int
    earlier: int
    reminders: int
    announcements: int


def register_set_aside(function: SetAside) -> None:
    """Have an app forget what it was about to say at a moment, the restore, when that is set aside."""
    if function not in _setters_aside:
        _setters_aside.append(function)


def open_hold() -> Hold | None:
    """Return the newest hold that nobody has released. One query."""
    return newest_open().first()


def newest_open() -> QuerySet[Hold]:
    """The newest hold that nobody has released, or nothing."""
    held = Hold.objects.filter(released_at=None).order_by("-made_at", "-pk").values("pk")[:1]
    return Hold.objects.filter(pk__in=Subquery(held))


def set_aside() -> QuerySet[Hold]:
    """The holds at whose release what stood in the backup was set aside, the newest first. The audit tells them."""
    released = AuditEntry.objects.filter(
        event=AuditEntry.Event.MAIL,
        about_type__app_label=Hold._meta.app_label,
        about_type__model=Hold._meta.model_name,
        detail__endswith=_SOME_SET_ASIDE,
    )
    return Hold.objects.exclude(released_at=None).filter(pk__in=released.values("about_id")).order_by("-made_at", "-pk")


def is_open() -> bool:
    """Whether mail is on hold. One query."""
    return Hold.objects.filter(released_at=None).exists()


def remark() -> str:
    """Return what `/readyz` says about it, "" while mail goes out."""
    return "mail is on hold" if is_open() else ""


def sendable(mails: MailQuerySet) -> MailQuerySet:
    """Return those of the mails that may leave now: all, or while on hold the security mail written since."""
    hold = open_hold()
    return mails.filter(priority=Priority.SECURITY, created_at__gt=hold.made_at) if hold else mails


def waiting(hold: Hold, now: datetime) -> Waiting:
    """Count what the hold keeps back. Three queries."""
    mails = OutgoingMail.objects.unsent().exclude(priority=Priority.SECURITY)
    counts = mails.aggregate(mails=Count("pk"), earlier=Count("pk", filter=Q(created_at__lte=hold.made_at)))
    return Waiting(
        **counts,
        reminders=Reminder.objects.due(now).count(),
        announcements=Announcement.objects.filter(state=Announcement.State.WAITING).count(),
    )


@transaction.atomic
def release_mail(*, actor: Any, hold: Hold | None, sets_aside: bool, now: datetime) -> Waiting:
    """Let mail go again; with ``sets_aside`` what stood in the backup is not sent but kept for a decision one by one.

    ``actor`` is a member, None the operator at the command line; ``hold`` the one whose waiting mail they were shown.
    Returns what waited. Refused without the right and when that hold is not open any more.
    """
    if actor is not None and not actor.has_perm("notifications.release_hold"):
        raise Refused(_("Only the secretariat lets mail go."))
    if hold is None:
        raise Refused(_("No mail is on hold."))
    if hold != open_hold():
        raise Refused(_("This mail is not on hold any more."))
    Hold.objects.filter(released_at=None).update(released_at=now, released_by=actor)
    waited = waiting(hold, now)
    if sets_aside:
        _set_aside(hold)
    detail = f"hold released: {waited.mails} mails, {_SOME_SET_ASIDE if sets_aside else _ALL_SENT}"
    record(AuditEntry.Event.MAIL, actor=actor, about=hold, detail=detail)
    nudge_work()
    nudge_delivery()
    return waited


def _set_aside(hold: Hold) -> None:
    """Unclear mails have a button each; reminders and announcements of before are not sent."""
    earlier = OutgoingMail.objects.unsent().filter(created_at__lte=hold.made_at)
    earlier.update(state=OutgoingMail.State.UNCLEAR, reason=SET_ASIDE)
    Reminder.objects.due(hold.made_at).update(state=Reminder.State.MISSED, reason=SET_ASIDE)
    announcements = Announcement.objects.filter(state=Announcement.State.WAITING, created_at__lte=hold.made_at)
    announcements.update(state=Announcement.State.CANCELLED, reason=SET_ASIDE)
    for set_aside in _setters_aside:
        set_aside(hold.made_at)
