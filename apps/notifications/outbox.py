"""The only door into the ledger: actions say here what is to be said, inside their own transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Subquery
from django.utils import timezone

from apps.core.sealing import seal
from apps.core.tokens import new_nonce
from apps.notifications import holds
from apps.notifications.kinds import KINDS, Kind
from apps.notifications.models import Announcement, Notification, OutgoingMail, Reminder
from apps.notifications.models.mail import Priority, unwritten
from apps.notifications.nudge import nudge_delivery
from apps.notifications.querysets import MailQuerySet
from apps.notifications.recipients import Recipient, address_key, domain_of, member_key
from apps.notifications.subjects import about_key

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said, apart from to whom. ``due_at`` and ``expires_at`` in UTC; no expiry: the kind's."""

    kind: str
    about: models.Model | None
    occasion: str = ""
    due_at: datetime | None = None
    expires_at: datetime | None = None
    announcement: Announcement | None = None
    reminder: Reminder | None = None
    is_bulk: bool = False

    @property
    def definition(self) -> Kind:
        return KINDS[self.kind]


def notify(
    kind: str,
    about: models.Model | None,
    recipients: Iterable[Recipient],
    occasion: str = "",
    **more: Any,
) -> int:
    """Write one ledger row per recipient for (kind, about, occasion) and a notice where the kind has one.

    Asking twice sends once; a row that was cancelled unsent is opened again; a sent one stays sent. ``more`` are the
    other
    fields of ``Saying``. Returns how many rows wait to be sent because of this call. Five queries per 500 recipients.
    """
    return say(Saying(kind, about, occasion, **more), list(recipients))


def say(saying: Saying, recipients: list[Recipient]) -> int:
    """Write the ledger rows of one saying. See ``notify``."""
    queued = 0
    for start in range(0, len(recipients), CHUNK):
        queued += _say_chunk(saying, recipients[start : start + CHUNK])
    if queued:
        nudge_delivery()
    return queued


def notify_sealed(recipient: Recipient, subject: str, text: str, html: str) -> OutgoingMail:
    """Write a security mail whose body, a code or a link that logs in, lies encrypted until sent and is then
    blanked.
    """
    mail = _row(Saying("account", None, uuid.uuid4().hex), recipient, timezone.now())
    mail.sealed = seal(json.dumps({"subject": subject, "text": text, "html": html}))
    mail.save(force_insert=True)
    nudge_delivery()
    return mail


def open_again(mails: MailQuerySet, **fields: Any) -> int:
    """Put these, cancelled or missed before they left, back into the queue to be written anew; return how many.

    What stood in a backup and was set aside when mail was let go may have left before the restore: a coordinator
    decides on it, as on the others. ``fields`` are those of the row that change too. Two queries.
    """
    mails.filter(created_at__lte=Subquery(holds.set_aside().values("made_at")[:1])).update(
        state=OutgoingMail.State.UNCLEAR, reason=holds.SET_ASIDE
    )
    opened = mails.update(state=OutgoingMail.State.QUEUED, reason="", attempts=0, **unwritten(), **fields)
    if opened:
        nudge_delivery()
    return opened


def recipients_with_ids(member_ids: Iterable[int]) -> list[Recipient]:
    """Return the members of these ids as recipients. One query.

    Also who is not active: their mail is cancelled when its turn comes, and goes if they are let in again in time.
    """
    columns = ("pk", "email", "name", "language", "time_zone")
    rows = get_user_model()._default_manager.filter(pk__in=member_ids).values_list(*columns)
    return [Recipient(email, name, language, zone, pk) for pk, email, name, language, zone in rows]


def _say_chunk(saying: Saying, recipients: list[Recipient]) -> int:
    now = timezone.now()
    wanted = {recipient.key: recipient for recipient in recipients}
    ours = OutgoingMail.objects.filter(
        kind=saying.kind, about_key=about_key(saying.about), occasion=saying.occasion, recipient_key__in=wanted
    )
    known = set(ours.values_list("recipient_key", flat=True))
    fresh = [_row(saying, recipient, now) for key, recipient in wanted.items() if key not in known]
    OutgoingMail.objects.bulk_create(fresh, ignore_conflicts=True)
    _write_notices(saying, recipients)
    return len(fresh) + (_reopen(saying, ours, now) if known else 0)


def _reopen(saying: Saying, rows: Any, now: datetime) -> int:
    """Put cancelled, unsent rows back into the queue; what was written for the older asking is forgotten."""
    return open_again(
        rows.filter(state=OutgoingMail.State.CANCELLED, sent_at=None),
        due_at=saying.due_at or now,
        expires_at=_expiry(saying, now),
        announcement=saying.announcement,
        reminder=saying.reminder,
    )


def _row(saying: Saying, recipient: Recipient, now: datetime) -> OutgoingMail:
    member_id = recipient.member_id
    return OutgoingMail(
        recipient_key=address_key(recipient.address) if member_id is None else member_key(member_id),
        member_id=member_id,
        address=recipient.address if member_id is None else "",
        domain=domain_of(recipient.address),
        kind=saying.kind,
        about_type=ContentType.objects.get_for_model(saying.about) if saying.about else None,
        about_id=saying.about.pk if saying.about else None,
        about_key=about_key(saying.about),
        occasion=saying.occasion,
        announcement=saying.announcement,
        reminder=saying.reminder,
        priority=_priority(saying),
        due_at=saying.due_at or now,
        expires_at=_expiry(saying, now),
        message_id=f"<{new_nonce()}@{settings.MAIL_DOMAIN}>",
    )


def _priority(saying: Saying) -> Priority:
    if saying.definition.is_security:
        return Priority.SECURITY
    return Priority.BULK if saying.is_bulk or saying.reminder else Priority.SINGLE


def _expiry(saying: Saying, now: datetime) -> datetime:
    return saying.expires_at or (saying.due_at or now) + saying.definition.expires_after


def _write_notices(saying: Saying, recipients: list[Recipient]) -> None:
    if not saying.definition.is_noticed:
        return
    about_type = ContentType.objects.get_for_model(saying.about) if saying.about else None
    notices = [
        Notification(
            member_id=recipient.member_id,
            kind=saying.kind,
            about_type=about_type,
            about_id=saying.about.pk if saying.about else None,
            about_key=about_key(saying.about),
            occasion=saying.occasion,
        )
        for recipient in recipients
        if recipient.member_id is not None
    ]
    Notification.objects.bulk_create(notices, ignore_conflicts=True)
