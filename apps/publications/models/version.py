"""The files of a publication. None replaces another: each is a version of its own, and the newest is read."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.core.searched import Searched
from apps.publications.models.publication import Publication
from apps.publications.querysets import VersionQuerySet

if TYPE_CHECKING:
    from apps.members.models import Member

FOLDER = "publications"
PAGES_FOLDER = f"{FOLDER}/pages"


def random_name(version: Version, original: str) -> str:
    """Return where the file goes below the files' folder: nothing of what the sender called it."""
    return f"{FOLDER}/{secrets.token_hex(16)}.{version.format}"


def random_image_name(page: VersionPage, original: str) -> str:
    """Return where the picture of a page goes."""
    return f"{PAGES_FOLDER}/{secrets.token_hex(16)}.png"


class Version(Searched, Timestamped):
    """One file. It lies in the data folder, which no address leads to: the view that hands it out asks the policy.

    The worker reads its text, and the pictures of a PDF's pages (``VersionPage``), in a process of its own with narrow
    limits; ``reading`` says how that stands, ``reading_until`` how long a worker that has begun keeps it to itself.
    Readers of what is published may see it from ``published_at`` on; before, and without it, those who see drafts may.
    """

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"

    class Reading(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        READY = "ready", _("read")
        FAILED = "failed", _("can not be read")

    publication = models.ForeignKey(Publication, models.CASCADE, verbose_name=_("publication"), related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    file = models.FileField(_("file"), upload_to=random_name, max_length=100)
    original_name = models.CharField(_("name on upload"), max_length=255, blank=True, default="")
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.PDF, db_default="pdf")
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True, help_text=_("A DOCX has none."))
    note = models.CharField(_("what changed"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("by"), null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("at"))
    published_at = models.DateTimeField(_("open to readers since"), null=True, blank=True, editable=False)
    text = models.TextField(blank=True, default="", db_default="", editable=False)
    reading = models.CharField(
        _("text"), max_length=8, choices=Reading, default=Reading.WAITING, db_default="waiting", editable=False
    )
    reading_fault = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    reading_tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    reading_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["publication", "number"], name="version_number_once")]
        indexes = [models.Index(fields=["id"], condition=Q(reading="waiting"), name="version_to_read")]

    def __str__(self) -> str:
        return f"{self.publication_id} · {self.number}"

    # What the access policy asks (members.permissions.Thing). What readers may not open is a draft.

    @property
    def visibility(self) -> str:
        return self.publication.visibility

    @property
    def is_draft(self) -> bool:
        return self.published_at is None or self.publication.state != Publication.State.PUBLISHED

    @classmethod
    def draft_q(cls) -> Q:
        return Q(published_at=None) | ~Q(publication__state=Publication.State.PUBLISHED)

    @property
    def owning_group_id(self) -> int:
        return self.publication.group_id

    def is_by(self, member: Member) -> bool:
        return self.publication.is_by(member)

    @classmethod
    def authored_q(cls, member: Member) -> Q:
        return Q(publication__in=Publication.objects.filter(Publication.authored_q(member)).values("pk"))

    def is_open_to(self, member: Member) -> bool:
        """Whether the member is asked about this file, or was, or is an author of the paper."""
        return Version.objects.filter(self.opened_q(member), pk=self.pk).exists()

    @classmethod
    def opened_q(cls, member: Member) -> Q:
        circulations: Any = cls._meta.get_field("circulations").related_model
        consultees = circulations._meta.get_field("consultees").related_model
        asked = consultees.objects.live_for(member).filter(circulation__state__in=circulations.OUT)
        return Q(pk__in=asked.values("circulation__version")) | cls.authored_q(member)


class VersionPage(models.Model):
    """One page of a PDF to comment on: its picture, and its text where it stands on it.

    ``width`` and ``height`` are in points. ``runs`` is a list of [x, y, width, height, text], in points from the top
    left corner, in reading order.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="page_set")
    number = models.PositiveIntegerField(_("page"))
    width = models.FloatField()
    height = models.FloatField()
    image = models.FileField(upload_to=random_image_name, max_length=100)
    runs = models.JSONField(default=list)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="version_page_once")]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.number}"
