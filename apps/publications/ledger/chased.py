"""Whether each chase that went out reached everybody who owed an answer then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from apps.core.models import AuditEntry
from apps.members.models import Member
from apps.notifications.models import OutgoingMail, Reminder
from apps.publications.ledger.mails import mails_to_consultee
from apps.publications.models import Circulation, Consultee


def differences(now: datetime) -> Iterator[str]:
    """Yield every member a chase passed over. One query, and two for each chase that may have."""
    for reminder in _suspects().order_by("pk").iterator():
        yield from _passed_over(Circulation.objects.get(pk=reminder.about_id), reminder)


def _suspects() -> QuerySet[Any]:
    """Chases that went out and have no row for somebody who owed by their deadline as it stands."""
    written = mails_to_consultee().filter(
        reminder__rule=OuterRef(OuterRef("rule")), reminder__anchor_at=OuterRef(OuterRef("anchor_at"))
    )
    of_all = Q(circulation__deadline_at=OuterRef("anchor_at")) & ~Q(extended_until__gt=OuterRef("anchor_at"))
    owed = Consultee.objects.live().filter(
        of_all | Q(extended_until=OuterRef("anchor_at")),
        Q(answered_on=None) | Q(answered_on__gt=OuterRef("day")),
        ~Exists(written),
        circulation=OuterRef("about_id"),
        is_reviewer=True,
        added_at__lte=OuterRef("due_at"),
        updated_at__lte=OuterRef("sent_at"),
    )
    about_type = ContentType.objects.get_for_model(Circulation)
    sent = Reminder.objects.filter(about_type=about_type, state=Reminder.State.SENT)
    return sent.annotate(day=TruncDate("sent_at", tzinfo=UTC)).filter(Exists(owed))


def _passed_over(circulation: Circulation, reminder: Reminder) -> Iterator[str]:
    written = OutgoingMail.objects.filter(
        about_type=reminder.about_type_id,
        about_id=reminder.about_id,
        reminder__rule=reminder.rule,
        reminder__anchor_at=reminder.anchor_at,
        member__isnull=False,
    )
    owed = _owing(circulation, reminder).exclude(member__in=written.values("member"))
    for member in owed.order_by("member").values_list("member", flat=True):
        yield f"circulation {circulation.pk}: member {member} was not reminded by {reminder.rule}"


def _owing(circulation: Circulation, reminder: Reminder) -> QuerySet[Any]:
    """Those who owed by this deadline, there and unchanged since before it went out: of others nobody can tell.

    Who answered on the day of the chase itself may have done so before it.
    """
    went_out_at: Any = reminder.sent_at
    let_in = AuditEntry.objects.filter(
        event=AuditEntry.Event.STATUS,
        about_type=ContentType.objects.get_for_model(Member),
        about_id=OuterRef("member"),
        at__gte=reminder.due_at,
    )
    unanswered = Q(answered_on=None) | Q(answered_on__gt=went_out_at.astimezone(UTC).date())
    rows = Consultee.objects.live().filter(
        unanswered,
        ~Exists(let_in),
        circulation=circulation,
        is_reviewer=True,
        added_at__lte=reminder.due_at,
        updated_at__lte=went_out_at,
    )
    if reminder.anchor_at == circulation.deadline_at:
        return rows.exclude(extended_until__gt=circulation.deadline_at)
    return rows.filter(extended_until=reminder.anchor_at)
