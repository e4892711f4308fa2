"""The ledger of the sample's past: rows as if the invitations had been mailed, marked so, and nothing sent.

Without them nobody would count as told of an event, and moving or cancelling one in the demo would tell nobody.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_noop as noop

from apps.events.models import Event
from apps.members.models import Member
from apps.notifications import outbox
from apps.notifications.models import Announcement, Notification, OutgoingMail
from apps.notifications.recipients import recipient_of

NOT_SENT = noop("sample: noted as sent when the demo was loaded")


def note_invitations(event: Event) -> None:
    """Write the ledger rows of the event's invitations, and of those taken back since.

    Call ``settle_as_told`` before the transaction ends.
    """
    parts = list(event.participations.select_related("member").order_by("pk"))
    announcement = _announcement(event, [part.member_id for part in parts])
    recipients = [recipient_of(part.member) for part in parts]
    words = {"expires_at": event.starts_at, "announcement": announcement}
    outbox.notify("event_invitation", event, recipients, announcement.occasion, **words)
    for part in parts:
        if part.withdrawn_at is not None:
            occasion = f"withdrawn:{part.withdrawn_at:%Y%m%dT%H%M%S}"
            outbox.notify("event_withdrawn", event, [recipient_of(part.member)], occasion, expires_at=event.starts_at)


def _announcement(event: Event, member_ids: list[int]) -> Announcement:
    """What stands behind the rows, as behind those of a real invitation."""
    return Announcement.objects.create(
        kind="event_invitation",
        about_type=ContentType.objects.get_for_model(event),
        about_id=event.pk,
        occasion="invited:sample",
        made_by=event.created_by,
        member_ids=member_ids,
        position=len(member_ids),
        state=Announcement.State.DONE,
    )


def settle_as_told(event: Event, now: datetime) -> None:
    """Mark every waiting mail about the event as sent when its people were invited, and its notices as read."""
    address = Member.objects.filter(pk=OuterRef("member")).values("email")[:1]
    told_at = event.participations.order_by("invited_at").values_list("invited_at", flat=True).first() or now
    OutgoingMail.objects.about(event).unsent().update(
        state=OutgoingMail.State.SENT,
        reason=NOT_SENT,
        subject=event.title,
        sent_to=Subquery(address),
        due_at=told_at,
        written_at=told_at,
        sent_at=told_at,
    )
    Notification.objects.filter(about_key=f"{event._meta.label_lower}:{event.pk}").update(read_at=told_at)
