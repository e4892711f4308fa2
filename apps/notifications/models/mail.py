"""The ledger: a mail is a row before it is a message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.core.tokens import Linkable
from apps.notifications.kinds import KINDS, Kind
from apps.notifications.models.reason import Explained
from apps.notifications.querysets import MailQuerySet


class Priority(models.IntegerChoices):
    """Claims take these in order, so a login code never waits behind ten thousand invitations."""

    SECURITY = 0, _("security")
    SINGLE = 1, _("single")
    BULK = 2, _("bulk")


def unwritten() -> dict[str, Any]:
    """The fields of a mail that is to be written, or written anew from what holds when it goes."""
    return {"written_at": None, "subject": "", "text_body": "", "html_body": "", "attachments": [], "rule": ""}


class OutgoingMail(Explained, Linkable, Timestamped):
    """One mail to one recipient: written by an action, claimed, sent and marked by the delivery.

    Unique by recipient, kind, subject and occasion: asking twice sends once. The body is written at the first attempt
    and kept, with placeholders for tokens, so that retries send the same bytes, except of a conversation
    (``render.write``); a security mail's body lives encrypted in ``sealed`` until it is sent. The unsubscribe link is
    the row's own token.
    """

    token_purpose = "unsubscribe"  # noqa: S105  a name, not a secret

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        CLAIMED = "claimed", _("claimed")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        SUPPRESSED = "suppressed", _("not sent, on purpose")
        MISSED = "missed", _("missed")
        FAILED = "failed", _("failed")
        UNCLEAR = "unclear", _("unclear")
        CANCELLED = "cancelled", _("cancelled")

    recipient_key = models.CharField(max_length=80)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("member"), null=True, related_name="mails"
    )
    address = models.EmailField(
        _("address"), blank=True, default="", help_text=_("Empty for members: theirs is looked up.")
    )
    domain = models.CharField(max_length=255, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=40)
    about_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    about_id = models.BigIntegerField(null=True)
    about = GenericForeignKey("about_type", "about_id")
    about_key = models.CharField(max_length=80, blank=True, default="")
    occasion = models.CharField(_("occasion"), max_length=120, blank=True, default="")
    announcement = models.ForeignKey("notifications.Announcement", models.SET_NULL, null=True, related_name="mails")
    reminder = models.ForeignKey("notifications.Reminder", models.SET_NULL, null=True, related_name="mails")

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.SINGLE)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("not after"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lapses = models.PositiveSmallIntegerField(default=0)
    claim_token = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True)

    message_id = models.CharField(max_length=120)
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    text_body = models.TextField(blank=True, default="")
    html_body = models.TextField(blank=True, default="")
    attachments = models.JSONField(default=list)
    # Which of the reader's choices caused it (``subjects.ChosenSubject``): what unsubscribing switches off.
    rule = models.CharField(max_length=60, blank=True, default="", db_default="", editable=False)
    sealed = models.BinaryField(blank=True, default=b"")
    written_at = models.DateTimeField(_("written"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    sent_to = models.EmailField(_("sent to"), blank=True, default="")
    server_reply = models.CharField(_("the server's reply"), max_length=300, blank=True, default="")

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        constraints = [
            models.UniqueConstraint(fields=["recipient_key", "kind", "about_key", "occasion"], name="mail_once"),
        ]
        indexes = [
            models.Index(fields=["priority", "due_at", "id"], condition=Q(state="queued"), name="mail_queue"),
            models.Index(fields=["lease_until"], condition=Q(state__in=["claimed", "sending"]), name="mail_leases"),
            models.Index(fields=["claim_token"], condition=~Q(claim_token=""), name="mail_claims"),
            models.Index(fields=["about_key", "recipient_key", "id"], name="mail_about"),
            models.Index(fields=["state", "-id"], name="mail_state"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.kind} · {self.state}"

    @property
    def definition(self) -> Kind:
        return KINDS[self.kind]

    def held(self) -> MailQuerySet:
        """This row, if it is still in the state and under the claim we know."""
        return OutgoingMail.objects.filter(pk=self.pk, state=self.state, claim_token=self.claim_token)

    def finish(self, state: State, reason: str = "", **fields: Any) -> bool:
        """Move this row on, but only if we still hold it in the state we know. False when another worker has it."""
        fields = {"state": state, "reason": reason[:300], "claim_token": "", "lease_until": None, **fields}
        if not self.held().update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def put_back(self, due_at: datetime, reason: str = "", **fields: Any) -> bool:
        """Return the claimed row to the queue, not before ``due_at``."""
        return self.finish(self.State.QUEUED, reason, due_at=due_at, **fields)
