"""A ledger row as a message on the wire (RFC 5322, 2045 to 2047)."""

from __future__ import annotations

import email.policy
import hashlib
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.encoding import punycode

from apps.core.lines import one_line
from apps.core.links import absolute_url
from apps.core.tokens import Rows, fill
from apps.notifications.models import OutgoingMail


class UnfoldedHeader(UnstructuredHeader, BaseHeader):
    """A header on one line as it is. Python folds an address longer than a line into encoded words (RFC 2047), where
    RFC 8058 wants a plain one.
    """

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class OneClassPerHeader(HeaderRegistry):
    """Python's registry makes a new class for every header of every mail, a fifth of the work of writing one."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(key)
        return self._made[key]


_HEADERS = OneClassPerHeader()
_HEADERS.map_to_type("list-unsubscribe", UnfoldedHeader)

# Seven bits throughout: no gateway has to re-encode, so what was sent is what arrives.
WIRE_POLICY = email.policy.SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


def compose(mail: OutgoingMail, address: str, rows: Rows) -> EmailMessage:
    """Return the row as a message to ``address``, tokens filled in.

    Raises StaleToken when a link in it was revoked since it was written. One query per link to none of ``rows``.
    """
    message = EmailMultiAlternatives(
        subject=one_line(mail.subject),
        body=fill(mail.text_body, rows),
        from_email=settings.MAIL_FROM,
        to=[wire_address(address)],
        reply_to=[settings.MAIL_REPLY_TO],
        headers=_headers(mail),
    )
    if mail.html_body:
        message.attach_alternative(fill(mail.html_body, rows), "text/html")
    for attachment in mail.attachments:
        message.attach(attachment["filename"], attachment["content"], attachment["mimetype"])
    return message


def wire_bytes(message: EmailMessage) -> bytes:
    """Return the message as it goes out: CRLF, seven bits, the same boundaries each time so that retries are equal."""
    built = message.message(policy=WIRE_POLICY)
    for number, part in enumerate(built.walk()):
        if part.is_multipart():
            identity = f"{built['Message-ID']}{number}".encode()
            part.set_boundary(f"=_{hashlib.sha256(identity).hexdigest()[:32]}")
    return built.as_bytes(policy=WIRE_POLICY)


def _conversation(mail: OutgoingMail) -> dict[str, str]:
    """Every mail about one thing answers the same message, which nobody ever got: Gmail, Outlook and Apple Mail show
    them as one thread (RFC 5322 3.6.4), and filters find them by their list (RFC 2919 3).
    """
    thing = ".".join(reversed(mail.about_key.replace(":", ".").split(".")))
    root = f"<{thing}@{settings.MAIL_DOMAIN}>"
    return {"In-Reply-To": root, "References": root, "List-Id": f"<{thing}.{settings.MAIL_DOMAIN}>"}


def wire_address(address: str) -> str:
    """Return the address with an ASCII domain (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}"


def _headers(mail: OutgoingMail) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834 5: nobody's robot should answer
        "X-Auto-Response-Suppress": "All" if mail.definition.is_optional else "OOF, AutoReply",
    }
    if mail.written_at:
        headers["Date"] = mail.written_at
    if mail.definition.is_conversation:
        headers |= _conversation(mail)
    if mail.definition.is_optional and mail.member_id:
        headers["List-Unsubscribe"] = f"<{absolute_url('notifications:unsubscribe', token=mail.token)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058 3.1
    return headers
