"""What the mail engine asks a circulation: its words, whether a mail is still wanted, whom a chase is for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.core.links import absolute
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import Attachment
from apps.publications import audience, wishes
from apps.publications.deadline import time_left
from apps.publications.summary import summary_of

if TYPE_CHECKING:
    from apps.notifications.models import Announcement, OutgoingMail, Reminder
    from apps.publications.models import Consultee


class CirculationMails(models.Model):
    """The circulation as the subject of mails (``notifications.subjects``). ``self`` is always a Circulation."""

    class Meta:
        abstract = True

    def mail_context(self: Any, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        consultee = self.consultee_of(recipient.member_id)
        until = self.takes_comments_until(consultee) if consultee else self.deadline_at
        is_summary = mail.kind == "circulation_summary"
        return {
            "circulation": self,
            "publication": self.publication,
            "version": self.version,
            "group_name": self._group_name_for(recipient),
            "consultee": consultee,
            "until": until,
            # An extension of one's own is an instant; the deadline of all is what was stated.
            "stated": "" if until > self.deadline_at else self.deadline.words(),
            "time_left": time_left(until, mail.written_at or until),
            "before": _before(mail),
            "circulation_url": absolute(self.get_absolute_url()),
            "comments_url": absolute(f"{self.get_absolute_url()}comments/"),
            "summary": summary_of(self, mail.written_at or self.deadline_at) if is_summary else None,
            "why": _why(mail.kind),
        }

    def _group_name_for(self: Any, recipient: Recipient) -> str:
        """The name of the group for those who may see that group, else nothing."""
        group, member = self.publication.group, recipient.member
        return str(group) if member and member.has_perm("members.view_group", group) else ""

    def mails_wait_until(self: Any, kind: str) -> datetime | None:
        return None

    def is_wanted(self: Any, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
        return wishes.reason_against(self, mail, recipient, now)

    def mail_attachments(self: Any, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]:
        return []

    def is_mail_visible_to(self: Any, member: Any) -> bool:
        return member.has_perm("publications.view_circulation", self)

    def is_reminder_due(self: Any, reminder: Reminder) -> bool:
        """Whether the deadline it reminds of still is one: everybody's, or an extension of somebody's own."""
        if not self.is_open:
            return False
        if reminder.anchor_at == self.deadline_at:
            return True
        longer = self.consultees.live().filter(extended_until=reminder.anchor_at)
        return reminder.anchor_at > self.deadline_at and longer.exists()

    def reminder_recipients(
        self: Any, reminder: Reminder, after: str, limit: int, now: datetime
    ) -> Iterable[Recipient]:
        return audience.chased(self, reminder, after, limit)

    def before_announced(self: Any, announcement: Announcement, member_ids: list[int], now: datetime) -> list[int]:
        if announcement.kind != "circulation_invitation":
            return member_ids
        return audience.include(self, announcement, member_ids, now)

    @cached_property
    def known_consultees(self: Any) -> dict[int, Consultee | None]:
        """The live rows of members read already, by member id; None for who has none. As fresh as this instance."""
        return {}

    @cached_property
    def known_tellings(self: Any) -> dict[str, list[wishes.Telling]]:
        """What members were told already, by recipient key, where that was read ahead."""
        return {}

    def read_ahead(self: Any, mails: list[OutgoingMail], members: list[Any]) -> Iterable[models.Model]:
        """Three queries at most, however many mails."""
        type(members[0]).objects.read_roles(members)
        known = self.known_consultees
        known |= dict.fromkeys(member.pk for member in members)
        known |= {row.member_id: row for row in self.consultees.live().filter(member__in=members)}
        self.known_tellings |= wishes.tellings(self, mails)
        return []

    def consultee_of(self: Any, member_id: int | None) -> Consultee | None:
        """Return the member's live row, as fresh as this instance. One query per instance and member."""
        if member_id is None:
            return None
        known = self.known_consultees
        if member_id not in known:
            known[member_id] = self.consultees.live().filter(member=member_id).first()
        return known[member_id]


def _why(kind: str) -> str:
    if kind == "circulation_summary":
        return _("You receive this because you look after this circulation.")
    if kind == "circulation_reminder":
        return _("You receive this because you owe an answer as a reviewer of this paper; it ends with your answer.")
    return _("You receive this because you are asked to comment on this paper.")


def _before(mail: OutgoingMail) -> datetime | None:
    """The deadline that was moved, in a mail that says so."""
    before = mail.announcement.detail.get("before") if mail.announcement else None
    return datetime.fromisoformat(before) if before else None
