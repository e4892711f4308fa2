"""The calendar a member subscribes to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.core.tokens import Linkable


class CalendarFeed(Linkable, Timestamped):
    """One member's link for calendar programs, which can send nothing but an address.

    The row stays when the link is revoked: its nonce is then a new one, so that a restore knows the old one is dead.
    """

    token_purpose = "calendar"  # noqa: S105  a name, not a secret

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="calendar_feed"
    )
    made_at = models.DateTimeField(_("link made"))
    revoked_at = models.DateTimeField(_("link revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.member_id)

    @property
    def is_open(self) -> bool:
        """Whether the link opens anything, as fresh as the row and its member are."""
        return self.revoked_at is None and self.member.is_active
