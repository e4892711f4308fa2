"""The in-portal notice: the same saying as a mail, kept on the dashboard until read."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.notifications.kinds import KINDS
from apps.notifications.querysets import NotificationQuerySet


class Words(NamedTuple):
    """A message as it was written: plain text."""

    title: str
    paragraph: str


class Notification(Timestamped):
    """One notice to one member.

    Its text comes from the subject as it is now, so it shows nothing that may not be seen. Read for whole lists:
    ``subject``, what it is about (``notifications.noticed``), and ``words``, the message it stands for, where there is
    one (``notifications.words``).
    """

    subject: models.Model | None = None
    words: Words | None = None

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=40)
    about_type = models.ForeignKey(ContentType, models.CASCADE, null=True, related_name="+")
    about_id = models.BigIntegerField(null=True)
    about = GenericForeignKey("about_type", "about_id")
    about_key = models.CharField(max_length=80, blank=True, default="")
    occasion = models.CharField(max_length=120, blank=True, default="")
    read_at = models.DateTimeField(_("read"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "about_key", "occasion"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="notice_list"),
            models.Index(fields=["member"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.kind}"

    @property
    def label(self) -> str | Promise:
        return KINDS[self.kind].label
