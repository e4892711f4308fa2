"""The messages behind notices, for those to whom they were sent: whoever missed the mail reads them in the portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from apps.core.prepared import Prepared
from apps.notifications.models import Notification, OutgoingMail
from apps.notifications.models.notice import Words
from apps.notifications.recipients import member_key


def add_words(member: Any, notices: Sequence[Notification]) -> None:
    """Give the member's notices their ``words``, where a mail with words of its own was written to them. One query.

    Old words are forgotten with the bodies of the mails. Whether its subject may still be seen decides the notice.
    """
    found = _SAID.rows(None, member_key(member.pk), *sorted({notice.about_key for notice in notices}))
    words = {(kind, about, occasion): Words(*text) for kind, about, occasion, *text in found}
    for notice in notices:
        notice.words = words.get((notice.kind, notice.about_key, notice.occasion))


def _said(_reader: None, recipient: str, *about: str) -> QuerySet[Any]:
    said = OutgoingMail.objects.filter(recipient_key=recipient, about_key__in=about).exclude(announcement__title="")
    return said.filter(announcement__isnull=False).values_list(
        "kind", "about_key", "occasion", "announcement__title", "announcement__paragraph"
    )


_SAID = Prepared(_said)
