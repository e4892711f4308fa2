"""The legal texts of the portal, versioned, and who agreed to which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped


class LegalTextQuerySet(models.QuerySet["LegalText"]):
    def in_force(self, kind: str, now: datetime) -> LegalText | None:
        """Return the newest published version of a kind, or None. One query."""
        return self.filter(kind=kind, published_at__lte=now).order_by("-version").first()


class LegalText(Timestamped):
    """One version of the privacy notice, the imprint or the accessibility statement.

    A published one is never edited.
    """

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("privacy notice")
        IMPRINT = "imprint", _("imprint")
        ACCESSIBILITY = "accessibility", _("accessibility statement")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    version = models.PositiveIntegerField(_("version"), editable=False)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    published_at = models.DateTimeField(_("in force from"), null=True, blank=True)

    objects = LegalTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="legal_text_version_unique")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.version}"

    def clean(self) -> None:
        """Refuse a version that says what the newest one says: the same form sent twice."""
        newest = LegalText.objects.filter(kind=self.kind).order_by("-version").first()
        if self.pk is None and newest and newest.body.split() == self.body.split():
            says = _("The newest version, %(version)s, says the same.")
            raise ValidationError(says, params={"version": newest.version})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Number a new version itself: one more than the newest of its kind."""
        if self.version is None:
            newest = LegalText.objects.filter(kind=self.kind).aggregate(models.Max("version"))["version__max"]
            self.version = (newest or 0) + 1
        super().save(*args, **kwargs)


class Consent(models.Model):
    """That a member agreed to one version of a text, when (GDPR art. 7(1))."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    text = models.ForeignKey(LegalText, models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["member", "text"], name="consent_once_per_text")]

    def __str__(self) -> str:
        return f"{self.text} · {self.given_at:%Y-%m-%d}"
