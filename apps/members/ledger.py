"""What invitations and declined requests say should have been sent, and that nothing went to closed accounts
(``notifications.ledger``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat

from apps.core.models import AuditEntry
from apps.members.actions.invitations import FOLLOW_UP_RULE
from apps.members.actions.joining import DECLINED_KIND, DECLINED_OCCASION
from apps.members.models import Invitation, JoinRequest, Member
from apps.members.models.invitation import FOLLOW_UP_BEFORE_EXPIRY
from apps.notifications.ledger import IN_FLIGHT
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.recipients import address_key

State = Invitation.State

ABOUT_PREFIX = f"{Invitation._meta.label_lower}:"


def differences(now: datetime) -> Iterator[str]:
    """Yield every difference between invitations, accounts and the mails about and to them. Seven queries."""
    yield from _never_written()
    yield from _without_cause()
    yield from _follow_ups_not_planned(now)
    yield from _never_followed_up()
    yield from _never_told()
    yield from _told_without_cause()
    yield from _to_closed_accounts()


def _never_written() -> Iterator[str]:
    mails = OutgoingMail.objects.filter(
        kind="invitation",
        about_key=Concat(Value(ABOUT_PREFIX), Cast(OuterRef("pk"), CharField())),
        occasion=Concat(Value("round:"), Cast(OuterRef("round"), CharField())),
    )
    mailed = Invitation.objects.filter(state__in=[State.SENT, State.ACCEPTED], round__gt=0)
    for pk, last in mailed.filter(~Exists(mails)).values_list("pk", "round").iterator():
        yield f"invitation {pk}: no mail was written in round {last}"


def _without_cause() -> Iterator[str]:
    """Each belongs to a round the invitation has come to, and goes to its address alone."""
    invitation = Invitation.objects.filter(pk=OuterRef("about_id"))
    mails = OutgoingMail.objects.filter(kind__in=["invitation", "invitation_follow_up"]).annotate(
        round=Subquery(invitation.values("round")), invited=Subquery(invitation.values("address"))
    )
    facts = ("pk", "kind", "occasion", "recipient_key", "reminder_id", "round", "invited")
    for pk, kind, occasion, recipient_key, reminder, last, address in mails.values_list(*facts).iterator():
        if recipient_key != address_key(address or ""):
            yield f"mail {pk} ({kind}) was not written to the address invited"
        elif reminder is None and not _is_round(kind, occasion, last):
            yield f"mail {pk} ({kind}) belongs to no round of its invitation"


def _is_round(kind: str, occasion: str, last: int) -> bool:
    number = occasion.removeprefix("round:")
    return kind == "invitation" and number.isdecimal() and 0 < int(number) <= last


def _follow_ups_not_planned(now: datetime) -> Iterator[str]:
    planned = Reminder.objects.filter(
        about_type=ContentType.objects.get_for_model(Invitation),
        about_id=OuterRef("pk"),
        rule=FOLLOW_UP_RULE,
        anchor_at=OuterRef("expires_at"),
    ).exclude(state=Reminder.State.CANCELLED)
    pending = Invitation.objects.filter(state=State.SENT, expires_at__gt=now)
    pending = pending.annotate(due_at=Subquery(planned.values("due_at")))
    for pk, expires_at, due_at in pending.values_list("pk", "expires_at", "due_at").iterator():
        if due_at is None:
            yield f"invitation {pk}: its follow-up is not planned"
        elif due_at + FOLLOW_UP_BEFORE_EXPIRY != expires_at:
            yield f"invitation {pk}: its follow-up is planned for the wrong moment"


def _never_followed_up() -> Iterator[str]:
    waiting = Invitation.objects.filter(pk=OuterRef("about_id"), state=State.SENT, expires_at=OuterRef("anchor_at"))
    sent = Reminder.objects.filter(rule=FOLLOW_UP_RULE, state=Reminder.State.SENT).filter(Exists(waiting))
    mails = OutgoingMail.objects.filter(reminder=OuterRef("pk"))
    for pk in sent.filter(~Exists(mails)).values_list("about_id", flat=True).iterator():
        yield f"invitation {pk}: its follow-up went out and no mail was written"


def _never_told() -> Iterator[str]:
    mails = OutgoingMail.objects.filter(
        kind=DECLINED_KIND,
        about_key=Concat(Value(f"{JoinRequest._meta.label_lower}:"), Cast(OuterRef("pk"), CharField())),
    )
    told = JoinRequest.objects.filter(state=JoinRequest.State.DECLINED, is_told=True)
    for pk in told.filter(~Exists(mails)).values_list("pk", flat=True).iterator():
        yield f"request to join {pk}: no mail was written that it was declined"


def _told_without_cause() -> Iterator[str]:
    """Each answers a request that was declined aloud, once, and goes to its address alone while that is still kept."""
    declined = JoinRequest.objects.filter(pk=OuterRef("about_id"), state=JoinRequest.State.DECLINED, is_told=True)
    mails = OutgoingMail.objects.filter(kind=DECLINED_KIND).annotate(asked_from=Subquery(declined.values("address")))
    facts = ("pk", "kind", "occasion", "recipient_key", "asked_from")
    for pk, kind, occasion, key, address in mails.values_list(*facts).iterator():
        if address is None or occasion != DECLINED_OCCASION:
            yield f"mail {pk} ({kind}) answers no request that was declined"
        elif address and key != address_key(address):
            yield f"mail {pk} ({kind}) was not written to the address that asked"


def _to_closed_accounts() -> Iterator[str]:
    """Nothing may leave for a member who is suspended or has left; what was on its way just then is excused."""
    entries = AuditEntry.objects.filter(
        event=AuditEntry.Event.STATUS, about_type=ContentType.objects.get_for_model(Member)
    )
    closing = Q(detail=Member.Status.SUSPENDED) | Q(detail=Member.Status.DEPARTED)
    last = entries.filter(about_id=OuterRef("member"), at__lt=OuterRef("sent_at")).order_by("-at", "-pk")
    sent = OutgoingMail.objects.filter(
        state=OutgoingMail.State.SENT, member__in=entries.filter(closing).values("about_id")
    ).annotate(status=Subquery(last.values("detail")[:1]), since=Subquery(last.values("at")[:1]))
    closed = sent.filter(status__in=[Member.Status.SUSPENDED, Member.Status.DEPARTED], sent_at__gt=F("since"))
    for pk, kind, sent_at, since in closed.values_list("pk", "kind", "sent_at", "since").iterator():
        if sent_at > since + IN_FLIGHT:
            yield f"mail {pk} ({kind}) was sent to a closed account"
