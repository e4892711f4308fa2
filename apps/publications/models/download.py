"""How often a file was fetched: a number per day, and nothing about anybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.publications.models.version import Version


class DownloadCount(models.Model):
    """The downloads of one version on one day (UTC). Who is counted, and who is not, says ``downloads``."""

    version = models.ForeignKey(Version, models.CASCADE, verbose_name=_("version"), related_name="download_counts")
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("downloads"), default=0)

    class Meta:
        verbose_name = _("downloads of a day")
        verbose_name_plural = _("downloads by day")
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="download_count_of_day")]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.day} · {self.count}"

    @classmethod
    def add_one(cls, version_id: int, day: date) -> None:
        """Count one more. Two queries at most but for the first of a day."""
        of_day: QuerySet[Any] = cls.objects.filter(version=version_id, day=day)
        if not of_day.update(count=F("count") + 1):
            cls.objects.get_or_create(version_id=version_id, day=day)
            of_day.update(count=F("count") + 1)
