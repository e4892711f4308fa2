"""The calendar a member subscribes to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.feedlinks import FeedLink


class CalendarFeed(FeedLink):
    """One member's link for calendar programs."""

    token_purpose = "calendar"  # noqa: S105  a name, not a secret

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="calendar_feed"
    )

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
