"""The files of a publication. None replaces another: each is a version of its own, and the newest is read."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.publications.models.publication import Publication
from apps.publications.querysets import VersionQuerySet

FOLDER = "publications"


def random_name(version: Version, original: str) -> str:
    """Return where the file goes below the files' folder: nothing of what the sender called it."""
    return f"{FOLDER}/{secrets.token_hex(16)}.pdf"


class Version(Timestamped):
    """One file. It lies in the data folder, which no address leads to: the view that hands it out asks the policy."""

    publication = models.ForeignKey(Publication, models.CASCADE, verbose_name=_("publication"), related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    file = models.FileField(_("file"), upload_to=random_name, max_length=100)
    original_name = models.CharField(_("name on upload"), max_length=255, blank=True, default="")
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    pages = models.PositiveIntegerField(_("pages"))
    note = models.CharField(_("what changed"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("by"), null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("at"))

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["publication", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.publication_id} · {self.number}"
