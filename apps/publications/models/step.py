"""The way of a publication: each change of its state, dated, by whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.publications.models.publication import Publication


class Step(models.Model):
    """One change of state. The row is written with the change and stays."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="steps")
    state = models.CharField(_("state"), max_length=12, choices=Publication.State)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("by"), null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        indexes = [models.Index(fields=["publication", "at"], name="step_of_publication")]

    def __str__(self) -> str:
        return f"{self.publication_id} · {self.state} · {self.at:%Y-%m-%d}"
