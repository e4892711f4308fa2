"""allauth's mails as ours: its words in our frame, through the ledger, sealed until they leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.members.managers import normalised_address
from apps.members.models import Member
from apps.notifications import outbox
from apps.notifications.nudge import nudge_delivery
from apps.notifications.recipients import Recipient, recipient_of
from apps.notifications.render import render_sealed

TEMPLATE = "mail/account"
# Written instead where allauth has a mail for an address nobody has, so that both take the same time.
STAND_IN = "account/email/login_code"
UNKNOWN_ACCOUNT = "account/email/unknown_account"

_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph of an account mail: words, the code to type, or the address to open."""

    text: str
    is_code: bool = False
    is_link: bool = False


def send_account_mail(template_prefix: str, address: str, reader: Any, context: dict[str, Any]) -> None:
    """Write the mail for the member with this address; for a bare one where nobody has it.

    ``reader`` is whoever asked: their language and zone serve a bare address, such as a new one to be confirmed.
    """
    recipient = _recipient(address, reader)
    outbox.notify_sealed(recipient, *written(template_prefix, recipient, context))


def spend_the_same_time(address: str, context: dict[str, Any]) -> None:
    """Do all the work of a mail to an unknown address, then take it back (ASVS 5.0, 6.3.8: equal timing)."""
    recipient = Recipient(address=normalised_address(address))
    with transaction.atomic():
        _recipient(address, None)
        outbox.notify_sealed(recipient, *written(STAND_IN, recipient, {**context, "code": "ABC-DEF"}))
        transaction.set_rollback(True)
    nudge_delivery()


def _recipient(address: str, reader: Any) -> Recipient:
    member = Member.objects.with_address(address).first()
    if member is not None:
        return recipient_of(member)
    if isinstance(reader, Member):
        return Recipient(normalised_address(address), reader.name, reader.language, reader.time_zone)
    return Recipient(normalised_address(address))


def written(template_prefix: str, recipient: Recipient, context: dict[str, Any]) -> tuple[str, str, str]:
    """Return (subject, text, html) of one of allauth's mails, by its template prefix."""
    with translation.override(recipient.language), timezone.override(recipient.zone):
        words = {**context, "recipient_zone": recipient.zone}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        message = render_to_string(f"{template_prefix}_message.txt", words).strip()
        frame = {
            "title": subject,
            "parts": _parts(message, context),
            "kind_label": _("Sign-in and account"),
            "paragraph": "",
        }
    return render_sealed(TEMPLATE, recipient, frame)


def _parts(message: str, context: dict[str, Any]) -> list[Part]:
    """Cut the text at its blank lines. Plain strings come out: what a browser sent in is escaped in the HTML part."""
    code = str(context.get("code") or "")
    link = str(context.get("password_reset_url") or context.get("activate_url") or "")
    texts = (text.strip() for text in _BLANK_LINES.split("".join(message)))
    return [Part(text, is_code=text == code, is_link=text == link) for text in texts if text]
