"""What a model must offer so that a mail can be about it. The engine reaches it through its content type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise

from apps.notifications.recipients import Recipient

if TYPE_CHECKING:
    from apps.notifications.models import Announcement, OutgoingMail, Reminder


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. ``content`` is text, sent as UTF-8."""

    filename: str
    content: str
    mimetype: str


class ForNow(str):
    """A reason against a mail that may pass: the mail is cancelled, not suppressed, so that it can be opened again."""

    __slots__ = ()


class MailSubject(Protocol):
    """The ``about`` of a mail."""

    pk: Any

    def mail_context(self, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        """Return what the kind's templates need. Tokens as placeholders only."""
        ...

    def is_wanted(self, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
        """Return "" when the mail may go now, else the reason why not, ``ForNow`` where it may pass.

        Asks the permissions again.
        """
        ...

    def mail_attachments(self, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]: ...

    def mails_wait_until(self, kind: str) -> datetime | None:
        """Return when mails of this kind may go at the earliest, None for at once (something about to settle)."""
        ...

    def is_mail_visible_to(self, member: Any) -> bool:
        """Whether a coordinator may read the bodies of mails about this."""
        ...


class ForesightedSubject(MailSubject, Protocol):
    """A subject of many mails, which reads at once what it will be asked."""

    def read_ahead(self, mails: list[OutgoingMail], members: list[Any]) -> Iterable[models.Model]:
        """Read what the answers about these mails to these members need; return the rows their links lead to."""
        ...


class ChosenSubject(MailSubject, Protocol):
    """A subject whose readers chose, rule by rule, what they are told of it.

    A rule is a short name that the mail keeps: unsubscribing from the mail switches off just that, not its whole kind.
    """

    def mail_rule(self, mail: OutgoingMail, recipient: Recipient) -> str:
        """Return the rule that causes the mail, "" for none of the reader's choosing."""
        ...

    def rule_words(self, rule: str) -> str | Promise:
        """Return what the rule tells of, for a page that anybody with the mail can open: no names, no titles."""
        ...

    def is_rule_off(self, rule: str, member: Any) -> bool: ...

    def switch_rule(self, rule: str, member: Any, *, is_on: bool) -> None:
        """Switch the rule off or on again for the member; twice does no more."""
        ...


class RemindedSubject(MailSubject, Protocol):
    """A subject whose dates became ``Reminder`` rows."""

    def is_reminder_due(self, reminder: Reminder) -> bool:
        """Whether the reminder still fits the thing as it is now."""
        ...

    def reminder_recipients(self, reminder: Reminder, after: str, limit: int, now: datetime) -> Iterable[Recipient]:
        """Return up to ``limit`` of the audience that follow the recipient key ``after``, in a fixed order."""
        ...


class AnnouncedSubject(MailSubject, Protocol):
    """A subject of announcements."""

    def lock(self) -> None:
        """Hold its row until the end of the transaction."""
        ...

    def before_announced(self, announcement: Announcement, member_ids: list[int], now: datetime) -> list[int]:
        """Make the owning app's own rows for these members; return those to be told."""
        ...


def about_key(about: models.Model | None) -> str:
    """Return the ledger's key of a subject, "" for none."""
    return key_of(type(about), about.pk) if about is not None else ""


def key_of(model: type[models.Model], pk: object) -> str:
    """Return the ledger's key of the subject with this key of its own."""
    return f"{model._meta.label_lower}:{pk}"


def load(content_type_id: int | None, pk: int | None) -> Any | None:
    """Return the subject as it is now, or None when it is gone. One query."""
    if content_type_id is None:
        return None
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return model._default_manager.filter(pk=pk).first() if model else None
