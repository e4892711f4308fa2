"""Writing a mail: the kind's three templates in the reader's language and zone, at the first attempt only; of a
conversation at each.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

import css_inline
from django.template.loader import get_template
from django.utils import timezone, translation

from apps.core.lines import one_line
from apps.core.links import absolute, absolute_url
from apps.core.sealing import unseal
from apps.core.tokens import issuing, written
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import Recipient

SITE_NAME = "CMM-WG"

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


def write(mail: OutgoingMail, about: Any, recipient: Recipient, now: datetime) -> None:
    """Fill the row's subject and bodies, unless an earlier attempt did. Saves nothing.

    What a conversation told of may be deleted, hidden or changed between two attempts: it is written again each time.
    Costs the queries of ``about.mail_context``.
    """
    if mail.written_at and not mail.definition.is_conversation:
        return
    mail.written_at = now
    if mail.definition.is_security:
        return
    with translation.override(recipient.language), timezone.override(recipient.zone), issuing() as links:
        context = _context(mail, about, recipient, now)
        mail.subject = one_line(_render(mail, ".subject.txt", context))[:200]
        mail.text_body = written(_render(mail, ".txt", context).strip() + "\n", links)
        mail.html_body = written(_inliner.inline(_render(mail, ".html", context)), links)
        mail.attachments = [asdict(item) for item in about.mail_attachments(mail, recipient)]
        mail.rule = about.mail_rule(mail, recipient) if hasattr(about, "mail_rule") else ""


def unsealed(mail: OutgoingMail) -> dict[str, str] | None:
    """Return {subject, text, html} of a security mail, or None when it was blanked or no key opens it."""
    opened = unseal(bytes(mail.sealed)) if mail.sealed else None
    return json.loads(opened) if opened else None


def render_sealed(template: str, recipient: Recipient, context: dict[str, Any]) -> tuple[str, str, str]:
    """Return (subject, text, html) of a security mail from its three templates, for ``outbox.notify_sealed``."""
    with translation.override(recipient.language), timezone.override(recipient.zone), issuing() as links:
        context = {**_common(recipient), "kind_label": "", "why": "", "unsubscribe_url": "", **context}
        subject = one_line(get_template(f"{template}.subject.txt").render(context))
        text = written(get_template(f"{template}.txt").render(context).strip() + "\n", links)
        return subject, text, written(_inliner.inline(get_template(f"{template}.html").render(context)), links)


def _context(mail: OutgoingMail, about: Any, recipient: Recipient, now: datetime) -> dict[str, Any]:
    is_optional = mail.definition.is_optional and mail.member_id is not None
    return {
        **_common(recipient),
        "now": now,
        "kind": mail.kind,
        "kind_label": mail.definition.label,
        "unsubscribe_url": absolute_url("notifications:unsubscribe", token=mail.placeholder) if is_optional else "",
        "paragraph": mail.announcement.paragraph if mail.announcement else "",
        "title": mail.announcement.title if mail.announcement else "",
        **about.mail_context(mail, recipient),
    }


def _common(recipient: Recipient) -> dict[str, Any]:
    return {
        "site_name": SITE_NAME,
        "site_url": absolute("/"),
        "settings_url": absolute_url("notifications:preferences") if recipient.member_id else "",
        "recipient_name": recipient.name,
        "recipient_zone": recipient.zone,
        "language": recipient.language,
    }


def _render(mail: OutgoingMail, suffix: str, context: dict[str, Any]) -> str:
    return _template(f"{mail.definition.template_name}{suffix}").render(context)


@cache
def _template(name: str) -> Any:
    return get_template(name)
