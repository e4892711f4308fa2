"""A made-up mail of every kind, for the eyes of the secretariat: no row is read, nobody is named, nothing is sent.

For each kind it adds to ``kinds.py`` an app registers a maker in ``AppConfig.ready()``: a function of the kind's slug,
a made-up recipient and the time, which returns the letter. Most call ``letter_about`` with a row that was never saved,
or, where that would ask the database, with ``Words``. ``tests/notifications/test_kinds.py`` fails for a kind without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from apps.core.tokens import mask
from apps.notifications.kinds import KINDS, Kind
from apps.notifications.models import Announcement, OutgoingMail
from apps.notifications.recipients import Recipient
from apps.notifications.render import write
from apps.notifications.subjects import Attachment

NOBODY_ID = 2**62  # the key of no row
READER = "Amina Beispiel"

type Maker = Callable[[str, Recipient, datetime], Letter]

_makers: dict[str, Maker] = {}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a reader gets, links masked. ``attachments`` are file names."""

    subject: str
    text: str
    html: str
    attachments: tuple[str, ...] = ()

    @property
    def html_bytes(self) -> int:
        return len(self.html.encode())


@dataclass(frozen=True, slots=True)
class Words:
    """A subject that is nothing but what its kind's templates ask for."""

    context: dict[str, Any]

    def mail_context(self, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        return self.context

    def mail_attachments(self, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]:
        return []


def register(maker: Maker, *kinds: str) -> None:
    """Have ``maker`` write the samples of these kinds."""
    _makers.update(dict.fromkeys(kinds, maker))


def kinds_with_sample() -> list[Kind]:
    """The kinds that can be shown, in the order of the table."""
    return [kind for kind in KINDS.values() if kind.slug in _makers]


def sample_letter(kind: str, *, language: str, zone: tzinfo, now: datetime) -> Letter:
    """Write the kind's sample as a member with this language and zone would get it. No query.

    Raises KeyError for a kind without a sample.
    """
    recipient = Recipient("reader@example.org", READER, language, zone, member_id=NOBODY_ID)
    return _makers[kind](kind, recipient, now)


def letter_about(
    kind: str,
    about: Any,
    recipient: Recipient,
    now: datetime,
    *,
    title: str = "",
    paragraph: str = "",
    detail: dict[str, Any] | None = None,
) -> Letter:
    """Write a mail as the delivery does. ``about`` offers ``mail_context`` and ``mail_attachments``; ``title``,
    ``paragraph`` and ``detail`` are those of an announcement.
    """
    mail = OutgoingMail(pk=0, kind=kind, member_id=recipient.member_id)
    mail.announcement = Announcement(pk=0, kind=kind, title=title, paragraph=paragraph, detail=detail or {})
    write(mail, about, recipient, now)
    files = tuple(attachment["filename"] for attachment in mail.attachments)
    return Letter(mail.subject, mask(mail.text_body), mask(mail.html_body), files)
