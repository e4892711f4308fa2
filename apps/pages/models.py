"""What looks across all applications and keeps a row of its own: the private feed of what is new."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.feedlinks import FeedLink


class NewsFeed(FeedLink):
    """One member's link for feed readers: what is new on topics, as far as that member may see it."""

    token_purpose = "news"  # noqa: S105  a name, not a secret

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="news_feed"
    )

    class Meta:
        verbose_name = _("private feed")
        verbose_name_plural = _("private feeds")
