"""The messages behind notices, for those to whom they were sent: whoever missed the mail reads them in the portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.notifications.models import Notification, OutgoingMail
from apps.notifications.models.notice import Words
from apps.notifications.recipients import member_key


def add_words(member: Any, notices: Sequence[Notification]) -> None:
    """Give the member's notices their ``words``, where a mail with words of its own was written to them. One query.

    Old words are forgotten with the bodies of the mails. Whether its subject may still be seen decides the notice.
    """
    said = OutgoingMail.objects.filter(
        recipient_key=member_key(member.pk), about_key__in={notice.about_key for notice in notices}
    ).exclude(announcement__title="")
    found = said.filter(announcement__isnull=False).values_list(
        "kind", "about_key", "occasion", "announcement__title", "announcement__paragraph"
    )
    words = {(kind, about, occasion): Words(*text) for kind, about, occasion, *text in found}
    for notice in notices:
        notice.words = words.get((notice.kind, notice.about_key, notice.occasion))
