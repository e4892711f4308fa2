"""A mail as it is or would be read, for the screens of the secretariat: links masked, nothing saved, nothing sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.tokens import MASK, mask
from apps.notifications.models import Announcement, OutgoingMail, Reminder
from apps.notifications.recipients import Recipient
from apps.notifications.render import write


@dataclass(frozen=True, slots=True)
class Sample:
    """Subject and text part of a mail that is not written yet."""

    subject: str
    text: str


def sample_mail(
    kind: str,
    about: Any,
    recipient: Recipient,
    now: datetime,
    *,
    title: str = "",
    paragraph: str = "",
    reminder: Reminder | None = None,
) -> Sample:
    """Write the mail as ``recipient`` would get it. Costs the queries of ``about.mail_context``."""
    mail = OutgoingMail(pk=0, kind=kind, member_id=recipient.member_id, reminder=reminder)
    mail.announcement = Announcement(pk=0, kind=kind, title=title, paragraph=paragraph)
    write(mail, about, recipient, now)
    return Sample(mail.subject, mask(mail.text_body))


def headers_of(mail: OutgoingMail) -> list[tuple[str | Promise, Any]]:
    """Return the headers that matter to a reader as (name, value), the unsubscribe link masked."""
    headers: list[tuple[str | Promise, Any]] = [
        (_("From"), settings.MAIL_FROM),
        (_("To"), recipient_address(mail)),
        (_("Reply to"), settings.MAIL_REPLY_TO),
        (_("Subject"), mail.subject),
        ("Message-ID", mail.message_id),
    ]
    if mail.definition.is_optional and mail.member_id:
        headers.append(("List-Unsubscribe", f"<{MASK}>"))
    return headers


def recipient_address(mail: OutgoingMail) -> str:
    """Return where the mail went or would go now."""
    return mail.sent_to or mail.address or (mail.member.email if mail.member else "")


def is_body_open_to(mail: OutgoingMail, member: Any) -> bool:
    """Whether the member may read what the mail says: never a security mail, else who may see what it is about."""
    if mail.definition.is_security or mail.about is None:
        return False
    return mail.about.is_mail_visible_to(member)
