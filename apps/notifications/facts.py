"""What judging and writing a few mails takes, read together just before they go: a handful of queries for ten mails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import monotonic as _monotonic
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType

from apps.core.tokens import Rows
from apps.notifications.models import OutgoingMail, Preference, Suppression
from apps.notifications.recipients import Recipient, recipient_of

FEW = 10
# A suspension, a withdrawal or a "no" counts for every mail that goes out this long (seconds) after it.
GOOD_FOR = 0.25


class Facts:
    """The members, subjects, suppressions and preferences of these mails as they are now.

    Too old after ``GOOD_FOR`` seconds, so that a slow mail server never makes an answer stale: then make new ones.
    """

    def __init__(self, mails: Sequence[OutgoingMail]) -> None:
        self._good_until = _monotonic() + GOOD_FOR
        self._mails = {mail.pk for mail in mails}
        self._members = _active_members(mails)
        self._subjects = _subjects(mails)
        self.rows = Rows([*mails, *self._subjects.values()])
        self._recipients = {mail.pk: self._find_recipient(mail) for mail in mails}
        self._suppressed = _suppressed(self._recipients.values())
        self._cadences = _cadences(mails)
        self._read_ahead(mails)

    def cover(self, mail: OutgoingMail) -> bool:
        """Whether the mail was among those asked about, recently enough."""
        return mail.pk in self._mails and _monotonic() < self._good_until

    def subject_of(self, mail: OutgoingMail) -> Any | None:
        """What the mail is about, None when it is gone or there is nothing."""
        return self._subjects.get(_subject_key(mail))

    def recipient_of(self, mail: OutgoingMail) -> Recipient | None:
        """Whom it goes to, None for a member who is not active any more."""
        return self._recipients[mail.pk]

    def is_suppressed(self, recipient: Recipient) -> bool:
        return recipient.address.lower() in self._suppressed

    def is_on(self, mail: OutgoingMail) -> bool:
        """Whether the member wants this kind of mail."""
        chosen = self._cadences.get((mail.member_id, mail.kind))
        return mail.definition.is_on_by_default if chosen is None else chosen != Preference.Cadence.OFF

    def _find_recipient(self, mail: OutgoingMail) -> Recipient | None:
        if mail.recipient_key.startswith("member:"):
            member = self._members.get(mail.member_id)
            return recipient_of(member) if member else None
        about: Any = self.subject_of(mail)
        if hasattr(about, "mail_recipient"):
            return about.mail_recipient(mail.address)
        return Recipient(address=mail.address)

    def _read_ahead(self, mails: Sequence[OutgoingMail]) -> None:
        """Let the subjects read what their answers about these mails and members will need."""
        asked: defaultdict[Any, list[OutgoingMail]] = defaultdict(list)
        for mail in mails:
            if mail.member_id in self._members:
                asked[_subject_key(mail)].append(mail)
        for key, theirs in asked.items():
            about: Any = self._subjects.get(key)
            if hasattr(about, "read_ahead"):
                self.rows.add(about.read_ahead(theirs, [self._members[mail.member_id] for mail in theirs]))


def _subject_key(mail: OutgoingMail) -> tuple[int | None, int | None]:
    return mail.about_type_id, mail.about_id


def _active_members(mails: Sequence[OutgoingMail]) -> dict[int | None, Any]:
    wanted = {mail.member_id for mail in mails if mail.member_id}
    if not wanted:
        return {}
    members = get_user_model()._default_manager.filter(pk__in=wanted, is_active=True)
    return {member.pk: member for member in members}


def _subjects(mails: Sequence[OutgoingMail]) -> dict[tuple[int | None, int | None], Any]:
    wanted: defaultdict[int, set[Any]] = defaultdict(set)
    for mail in mails:
        if mail.about_type_id is not None:
            wanted[mail.about_type_id].add(mail.about_id)
    found: dict[tuple[int | None, int | None], Any] = {}
    for type_id, ids in wanted.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            found |= {(type_id, pk): row for pk, row in model._default_manager.in_bulk(ids).items()}
    return found


def _suppressed(recipients: Iterable[Recipient | None]) -> set[str]:
    """Which of these addresses are suppressed, in lower case."""
    found = Suppression.objects.of({recipient.address for recipient in recipients if recipient})
    return {address.lower() for address in found.values_list("address", flat=True)}


def _cadences(mails: Sequence[OutgoingMail]) -> dict[tuple[int | None, str], str]:
    optional = [mail for mail in mails if mail.definition.is_optional and mail.member_id]
    if not optional:
        return {}
    chosen = Preference.objects.filter(
        member__in={mail.member_id for mail in optional}, kind__in={mail.kind for mail in optional}
    )
    return {(member, kind): cadence for member, kind, cadence in chosen.values_list("member", "kind", "cadence")}
