"""What the mail engine asks a publication: its words, and whether the news of it is still wanted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from apps.core.links import absolute
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import Attachment, ForNow

if TYPE_CHECKING:
    from apps.notifications.models import Announcement, OutgoingMail


class PublicationMails(models.Model):
    """The publication as the subject of mails (``notifications.subjects``). ``self`` is always a Publication."""

    class Meta:
        abstract = True

    def mail_context(self: Any, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        return {
            "publication": self,
            "publication_url": absolute(self.get_absolute_url()),
            "why": _("You receive this because this paper is on a topic you are interested in."),
        }

    def is_wanted(self: Any, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
        member = recipient.member
        if member is None or not member.is_active:
            return noop("not an active member")
        if self.state != self.State.PUBLISHED:
            return ForNow(noop("the paper was taken back"))
        if not member.has_perm("publications.view_publication", self):
            return noop("may not see it any more")
        return ""

    def mail_attachments(self: Any, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]:
        return []

    def mails_wait_until(self: Any, kind: str) -> datetime | None:
        return None

    def is_mail_visible_to(self: Any, member: Any) -> bool:
        return member.has_perm("publications.view_publication", self)

    def before_announced(self: Any, announcement: Announcement, member_ids: list[int], now: datetime) -> list[int]:
        return member_ids

    def read_ahead(self: Any, mails: list[OutgoingMail], members: list[Any]) -> Iterable[models.Model]:
        """One query, however many mails."""
        type(members[0]).objects.read_roles(members)
        return []
