"""The request to join: what a stranger asks, for the secretariat to decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop
from django_countries.fields import CountryField

from apps.core.lines import validate_lines, validate_one_line
from apps.core.models import Timestamped
from apps.members.models.group import Group
from apps.members.models.invitation import Invitation
from apps.members.models.legal import LegalText
from apps.members.models.person import StakeholderGroup
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import Recipient
from apps.notifications.subjects import Attachment

MOTIVATION_LENGTH = 2000


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def waiting(self) -> JoinRequestQuerySet:
        return self.filter(state=JoinRequest.State.WAITING)

    def decided_before(self, moment: datetime) -> JoinRequestQuerySet:
        return self.exclude(state=JoinRequest.State.WAITING).filter(decided_at__lt=moment)


class JoinRequest(Timestamped):
    """What somebody without an account typed to take part. Nobody has proved the address.

    One waits per address at a time. Once decided, the words of the person are kept for a while only
    (``actions.forget_decided_requests``): what stays says when, what kind of stakeholder, and how it was decided.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")

    name = models.CharField(_("name"), max_length=150, validators=[validate_one_line])
    address = models.EmailField(_("e-mail address"), max_length=254, validators=[validate_one_line])
    organisation = models.CharField(_("organisation"), max_length=200, validators=[validate_one_line])
    stakeholder_group = models.CharField(_("stakeholder group"), max_length=20, choices=StakeholderGroup)
    country = CountryField(_("country"), blank=True, default="")
    motivation = models.TextField(_("motivation"), max_length=MOTIVATION_LENGTH, validators=[validate_lines])
    group = models.ForeignKey(Group, models.SET_NULL, verbose_name=_("group"), null=True, related_name="join_requests")
    language = models.CharField(_("language"), max_length=10, default="en")
    agreed_to = models.ForeignKey(LegalText, models.PROTECT, verbose_name=_("agreed to"), related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(_("reason"), max_length=2000, blank=True, default="", validators=[validate_lines])
    is_told = models.BooleanField(_("told by mail"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("decided by"), null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, verbose_name=_("invitation"), null=True, related_name="join_requests"
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            models.UniqueConstraint(Lower("address"), condition=Q(state="waiting"), name="join_request_one_waiting"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="join_request_decided_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="join_request_state")]

    def __str__(self) -> str:
        """Without the person: this line is copied into histories, which outlive what the person wrote."""
        return gettext("Request %(number)d") % {"number": self.pk or 0}

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    # What the mail engine asks (notifications.subjects.MailSubject).

    def mail_recipient(self, address: str) -> Recipient:
        """Without the name: whoever typed it need not be the owner of the address."""
        return Recipient(address=self.address, language=self.language)

    def mail_context(self, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        return {"join_request": self, "group": self.group, "paragraph": self.reason}

    def is_wanted(self, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
        """Return "" when the mail may go, else the reason why it may not."""
        return "" if self.state == self.State.DECLINED and self.is_told else noop("not declined")

    def mail_attachments(self, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]:
        return []

    def mails_wait_until(self, kind: str) -> datetime | None:
        return None

    def is_mail_visible_to(self, member: Any) -> bool:
        return member.has_perm("members.view_joinrequest", self)
