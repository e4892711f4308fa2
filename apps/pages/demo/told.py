"""The ledger of the sample's past: rows as if the invitations had been mailed, marked so, and nothing sent.

Without them nobody would count as told of an event or a circulation, and moving or cancelling one in the demo would
tell nobody.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, OuterRef, Subquery
from django.utils.translation import gettext_noop as noop

from apps.events.models import Event
from apps.members.models import Member
from apps.notifications import outbox
from apps.notifications.models import Announcement, Notification, OutgoingMail
from apps.notifications.recipients import recipient_of
from apps.notifications.subjects import about_key
from apps.publications.models import Circulation

NOT_SENT = noop("sample: noted as sent when the demo was loaded")


def note_invitations(event: Event) -> None:
    """Write the ledger rows of the event's invitations, and of those taken back since.

    Call ``settle_as_told`` before the transaction ends.
    """
    parts = list(event.participations.select_related("member").order_by("pk"))
    announcement = _announcement("event_invitation", event, [part.member_id for part in parts], event.created_by)
    recipients = [recipient_of(part.member) for part in parts]
    words = {"expires_at": event.starts_at, "announcement": announcement}
    outbox.notify("event_invitation", event, recipients, announcement.occasion, **words)
    for part in parts:
        if part.withdrawn_at is not None:
            occasion = f"withdrawn:{part.withdrawn_at:%Y%m%dT%H%M%S}"
            outbox.notify("event_withdrawn", event, [recipient_of(part.member)], occasion, expires_at=event.starts_at)


def note_request(circulation: Circulation, told_at: datetime) -> None:
    """Write the ledger rows of those who were asked to comment, sent at ``told_at``."""
    rows = list(circulation.consultees.select_related("member").order_by("pk"))
    ids = [row.member_id for row in rows]
    announcement = _announcement("circulation_invitation", circulation, ids, circulation.opened_by)
    words = {"expires_at": circulation.deadline_at, "announcement": announcement}
    recipients = [recipient_of(row.member) for row in rows]
    outbox.notify("circulation_invitation", circulation, recipients, announcement.occasion, **words)
    _settle(circulation, str(circulation.publication), told_at)


def _announcement(kind: str, about: Model, member_ids: list[int], made_by: Member | None) -> Announcement:
    """What stands behind the rows, as behind those of a real invitation."""
    return Announcement.objects.create(
        kind=kind,
        about_type=ContentType.objects.get_for_model(about),
        about_id=about.pk,
        occasion="invited:sample",
        made_by=made_by,
        member_ids=member_ids,
        position=len(member_ids),
        state=Announcement.State.DONE,
    )


def settle_as_told(event: Event, now: datetime) -> None:
    """Mark every waiting mail about the event as sent when its people were invited, and its notices as read."""
    told_at = event.participations.order_by("invited_at").values_list("invited_at", flat=True).first() or now
    _settle(event, event.title, told_at)


def _settle(about: Model, subject: str, told_at: datetime) -> None:
    address = Member.objects.filter(pk=OuterRef("member")).values("email")[:1]
    OutgoingMail.objects.about(about).unsent().update(
        state=OutgoingMail.State.SENT,
        reason=NOT_SENT,
        subject=subject,
        sent_to=Subquery(address),
        due_at=told_at,
        written_at=told_at,
        sent_at=told_at,
    )
    Notification.objects.filter(about_key=about_key(about)).update(read_at=told_at)
