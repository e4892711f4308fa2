"""The brake after a restore: nothing leaves until a person lets it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.notifications.models.reason import Explained


class Hold(Explained):
    """From ``made_at`` on nothing leaves but security mail written since, until it is released.

    ``taken_at`` is when the backup was taken: what was due between the two has probably been sent already.
    """

    made_at = models.DateTimeField(_("since"))
    reason = models.CharField(_("reason"), max_length=200)
    taken_at = models.DateTimeField(_("backup taken"), null=True)
    released_at = models.DateTimeField(_("released"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("released by"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("hold on mail")
        verbose_name_plural = _("holds on mail")
        indexes = [models.Index(fields=["made_at"], condition=Q(released_at=None), name="hold_open")]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}Z"
