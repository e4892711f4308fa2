"""What the mail engine asks an event: its words, whether a mail is still wanted, its calendar file, its audiences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.core.links import absolute, absolute_url
from apps.events import audiences, calendar, wishes
from apps.events.changes import Change, described_changes
from apps.events.countdown import time_left
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import Attachment

if TYPE_CHECKING:
    from apps.events.models import Participation
    from apps.events.wishes import Telling
    from apps.notifications.models import Announcement, OutgoingMail, Reminder

# Kinds that carry the calendar file; a cancelled event's file says so.
_WITH_CALENDAR = frozenset({"event_invitation", "event_trial", "event_changed", "event_cancelled", "event_seat"})
# Kinds that may name the online link: they go to people who said yes or maybe.
_WITH_LINK = frozenset({"event_reminder", "event_seat", "event_changed"})
# Kinds that a change about to settle does not hold up.
_NEVER_WAITING = frozenset({"event_trial", "event_cancelled", "event_withdrawn"})


class EventMails(models.Model):
    """The event as the subject of mails (``notifications.subjects``). ``self`` is always an Event."""

    class Meta:
        abstract = True

    def mail_context(self: Any, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        part = self.participation_of(recipient.member_id)
        context = {
            "event": self,
            "group_name": self._group_name_for(recipient),
            "participation": part,
            "event_url": absolute(self.get_absolute_url()),
            "answer_url": self._answer_url(mail, part),
            "is_trial": mail.kind == "event_trial",
            "online_link": self.online_link if _names_link(mail, part) else "",
            "time_left": time_left(self.starts_at, mail.written_at or self.starts_at),
            "changes": self._changes_for(mail, recipient, part),
            "why": _("You receive this because you were invited to this event."),
        }
        wording = audiences.wording_of(self, mail.reminder)
        return {**context, "paragraph": wording} if wording else context

    def _group_name_for(self: Any, recipient: Recipient) -> str:
        """The name of the group for those who may see that group, else nothing. One query per instance."""
        member = recipient.member
        return str(self.group) if member and member.has_perm("members.view_group", self.group) else ""

    def _answer_url(self: Any, mail: OutgoingMail, part: Participation | None) -> str:
        """The reader's own link, while there is something to answer; in a trial, where there is none, the event's page
        stands in its place.
        """
        if mail.written_at and mail.written_at >= self.starts_at:
            return ""
        if part is None or mail.kind == "event_trial":
            return absolute(self.get_absolute_url()) if mail.kind == "event_trial" else ""
        return absolute_url("events:rsvp", token=part.placeholder)

    def _changes_for(self: Any, mail: OutgoingMail, recipient: Recipient, part: Participation | None) -> list[Change]:
        before = mail.announcement.detail.get("before") if mail.announcement else None
        if not before:
            return []
        return described_changes(before, self, recipient.zone, names_link=_names_link(mail, part))

    def mails_wait_until(self: Any, kind: str) -> datetime | None:
        """While a change settles, nothing is said that the next minute may make wrong."""
        return None if kind in _NEVER_WAITING else self.settles_at

    def is_wanted(self: Any, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
        return wishes.reason_against(self, mail, recipient, now)

    def mail_attachments(self: Any, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]:
        if mail.kind not in _WITH_CALENDAR:
            return []
        return [Attachment("event.ics", self._calendar_file, "text/calendar")]

    @cached_property
    def _calendar_file(self: Any) -> str:
        """The same for every reader of this instance."""
        return calendar.event_calendar(self)

    def is_mail_visible_to(self: Any, member: Any) -> bool:
        return member.has_perm("events.view_event", self)

    def is_reminder_due(self: Any, reminder: Reminder) -> bool:
        return self.is_scheduled and self.starts_at == reminder.anchor_at

    def reminder_recipients(
        self: Any, reminder: Reminder, after: str, limit: int, now: datetime
    ) -> Iterable[Recipient]:
        return audiences.reminder_recipients(self, reminder, after, limit, now)

    def before_announced(self: Any, announcement: Announcement, member_ids: list[int], now: datetime) -> list[int]:
        if announcement.kind != "event_invitation":
            return member_ids
        return audiences.make_participations(self, announcement, member_ids, now)

    @cached_property
    def known_participations(self: Any) -> dict[int, Participation | None]:
        """The rows of members read already, by member id; None for who has none. As fresh as this instance."""
        return {}

    @cached_property
    def known_tellings(self: Any) -> dict[str, list[Telling]]:
        """What members were told already, by recipient key, where that was read ahead."""
        return {}

    def read_ahead(self: Any, mails: list[OutgoingMail], members: list[Any]) -> Iterable[models.Model]:
        """Four queries at most, however many mails."""
        type(members[0]).objects.read_roles(members)
        known = self.known_participations
        known |= dict.fromkeys(member.pk for member in members)
        known |= {part.member_id: part for part in self.participations.filter(member__in=members)}
        self.known_tellings |= wishes.tellings(self, mails)
        if any(mail.reminder_id for mail in mails):
            models.prefetch_related_objects([self], "reminder_rules")
        return [part for part in known.values() if part is not None]

    def participation_of(self: Any, member_id: int | None) -> Participation | None:
        """Return the member's row in this event, as fresh as this instance. One query per instance."""
        if member_id is None:
            return None
        known = self.known_participations
        if member_id not in known:
            known[member_id] = self.participations.filter(member=member_id).first()
        return known[member_id]


def _names_link(mail: OutgoingMail, part: Participation | None) -> bool:
    """Whether this mail tells its reader the online link, where there is one."""
    return mail.kind in _WITH_LINK and _takes_part(part)


def _takes_part(part: Participation | None) -> bool:
    return part is not None and (part.is_attending or part.answer == part.Answer.MAYBE)
