"""What readers chose not to get, and addresses nothing is sent to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_mailbox
from apps.core.models import Timestamped
from apps.notifications.querysets import SuppressionQuerySet


class Preference(Timestamped):
    """A member's choice for one kind of mail. No row: the kind's default."""

    class Cadence(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        OFF = "off", _("off")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(_("kind"), max_length=40)
    cadence = models.CharField(_("when"), max_length=10, choices=Cadence)

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="preference_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.cadence}"


class Suppression(Timestamped):
    """An address that gets nothing but security mail, kept by hand by the secretariat."""

    address = models.EmailField(_("address"), max_length=254)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                Lower("address"),
                name="suppression_address_unique",
                violation_error_message=_("This address is suppressed already."),
            )
        ]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        super().clean()
        self.address = self.address.strip().lower()
        validate_mailbox(self.address)
