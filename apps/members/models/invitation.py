"""The invitation: the only way to an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop
from django_countries.fields import CountryField
from timezone_field import TimeZoneField

from apps.core.lines import validate_mailbox, validate_one_line
from apps.core.links import absolute_url
from apps.core.models import Timestamped
from apps.core.tokens import Linkable
from apps.members.models.group import Group, Topic
from apps.members.models.person import StakeholderGroup
from apps.members.permissions import Role
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import Attachment

VALID_FOR = timedelta(days=30)
FOLLOW_UP_BEFORE_EXPIRY = timedelta(days=7)


class Invitation(Linkable, Timestamped):
    """An offer to one address to join one group in one role, with what is known of the person.

    *Prepared* ones hold imported values and have not been mailed. The link works while the state is *sent* and the
    expiry lies ahead. A resend changes the nonce, so older links die; a revoked one keeps it, so that its link can say
    so.
    """

    token_purpose = "invitation"  # noqa: S105  a name, not a secret

    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        SENT = "sent", _("invited")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("revoked")

    address = models.EmailField(_("e-mail address"), max_length=254)
    group = models.ForeignKey(Group, models.CASCADE, verbose_name=_("group"), related_name="invitations")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    name = models.CharField(_("name"), max_length=150, blank=True, default="", validators=[validate_one_line])
    position = models.CharField(_("position"), max_length=150, blank=True, default="", validators=[validate_one_line])
    organisation = models.CharField(
        _("organisation"), max_length=200, blank=True, default="", validators=[validate_one_line]
    )
    stakeholder_group = models.CharField(
        _("stakeholder group"), max_length=20, choices=StakeholderGroup, blank=True, default=""
    )
    country = CountryField(_("country"), blank=True, default="")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = TimeZoneField(_("time zone"), default="UTC")
    topics = models.ManyToManyField(Topic, verbose_name=_("topics of interest"), blank=True)
    paragraph = models.TextField(_("own words in the mail"), blank=True, default="", max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED, editable=False)
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="invitations_made"
    )
    sent_at = models.DateTimeField(_("invited"), null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="invitations_accepted"
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                Lower("address"),
                "group",
                condition=Q(state__in=["prepared", "sent"]),
                name="invitation_one_open",
                violation_error_message=_("This address has an open invitation to the group already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or self.address} → {self.group}"

    def clean(self) -> None:
        super().clean()
        self.address = self.address.strip().lower()
        validate_mailbox(self.address)

    def is_open(self, now: datetime) -> bool:
        """Whether the link still works."""
        return self.state == self.State.SENT and self.expires_at is not None and now < self.expires_at

    @property
    def can_change(self) -> bool:
        return self.state in (self.State.PREPARED, self.State.SENT)

    # What the mail engine asks (notifications.subjects.MailSubject).

    def mail_recipient(self, address: str) -> Recipient:
        return Recipient(address=self.address, name=self.name, language=self.language, zone=self.time_zone)

    def mail_context(self, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        return {
            "invitation": self,
            "group": self.group,
            "invited_by": self.invited_by,
            "link": absolute_url("members:invitation", token=self.placeholder),
            "paragraph": self.paragraph,
        }

    def is_wanted(self, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
        """Return "" when the mail may go, else the reason why it may not."""
        if self.state == self.State.ACCEPTED:
            return noop("accepted already")
        if self.state == self.State.REVOKED:
            return noop("revoked")
        return "" if self.is_open(now) else noop("expired")

    def mail_attachments(self, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]:
        return []

    def mails_wait_until(self, kind: str) -> datetime | None:
        return None

    def is_mail_visible_to(self, member: Any) -> bool:
        return member.has_perm("members.view_invitation", self)

    def is_reminder_due(self, reminder: Reminder) -> bool:
        return self.expires_at == reminder.anchor_at and self.state == self.State.SENT

    def reminder_recipients(self, reminder: Reminder, after: str, limit: int, now: datetime) -> Iterable[Recipient]:
        """The one address, once, while the invitation is unanswered (the follow-up before the expiry)."""
        return [] if after or not self.is_open(now) else [self.mail_recipient(self.address)]
