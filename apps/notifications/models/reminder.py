"""A dated row that will become mail: one machine for events, invitations and deadlines."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.notifications.models.reason import Explained
from apps.notifications.querysets import ReminderQuerySet


class Reminder(Explained, Timestamped):
    """One rule's due instant for one thing as planned now.

    ``rule`` names the owning app's rule (such as ``events.reminderrule:5``), ``anchor_at`` is the planned start or
    deadline.
    The mails' occasion is rule + anchor, never a sequence: there and back again is one. ``zone`` is set for wall-clock
    times in the reader's zone, one row per zone of the audience, and is not part of the occasion.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        SENT = "sent", _("sent out")
        MISSED = "missed", _("missed")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    about_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    about_id = models.BigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    rule = models.CharField(_("rule"), max_length=60)
    kind = models.CharField(_("kind"), max_length=40)
    anchor_at = models.DateTimeField(_("for the start or deadline"))
    zone = models.CharField(_("zone"), max_length=64, blank=True, default="")
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("not after"))
    includes_late_joiners = models.BooleanField(_("also who joins later"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SCHEDULED)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    expanded_after = models.CharField(max_length=80, blank=True, default="")
    sent_at = models.DateTimeField(_("sent out at"), null=True)
    recipient_count = models.PositiveIntegerField(_("mails"), default=0)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["about_type", "about_id", "rule", "anchor_at", "zone"], name="reminder_once"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="scheduled"), name="reminder_due"),
            models.Index(
                fields=["expires_at"], condition=Q(state="sent", includes_late_joiners=True), name="reminder_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} · {self.due_at:%Y-%m-%d %H:%M}Z · {self.state}"

    @property
    def occasion(self) -> str:
        return reminder_occasion(self.rule, self.anchor_at)


def reminder_occasion(rule: str, anchor_at: datetime) -> str:
    """Return the ledger's occasion of a reminder: rule and planned start in UTC, without zone or sequence."""
    return f"{rule}@{anchor_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
