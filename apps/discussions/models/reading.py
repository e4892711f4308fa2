"""How far each reader has read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.discussions.models.thread import Thread
from apps.discussions.querysets import ReadMarkQuerySet


class ReadMark(models.Model):
    """The highest number one reader has read in one thread: one row, however many posts there are.

    No time is kept. In an unattributed thread writing does not move it, so it tells nothing about who wrote.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="read_marks")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField()

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [models.UniqueConstraint(fields=["member", "thread"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.thread_id} · {self.number}"
