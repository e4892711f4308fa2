"""How many mails a recipient domain got in the present minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F


class RateWindow(models.Model):
    """A counter per recipient domain and minute, exact under any number of workers."""

    domain = models.CharField(max_length=255)
    minute = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "minute"], name="rate_window_once")]

    def __str__(self) -> str:
        return f"{self.domain} {self.minute:%H:%M} {self.used}"

    @classmethod
    def take(cls, domain: str, limit: int, now: datetime) -> datetime | None:
        """Use one of ``limit`` places of this minute. None when there was one, else when the next minute begins."""
        minute = now.replace(second=0, microsecond=0)
        cls.objects.get_or_create(domain=domain, minute=minute)
        taken = cls.objects.filter(domain=domain, minute=minute, used__lt=limit).update(used=F("used") + 1)
        return None if taken else minute + timedelta(minutes=1)
