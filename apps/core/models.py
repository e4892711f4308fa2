"""What every app builds on: timestamps, the scheduler's heartbeat, the key's fingerprint and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Never

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Timestamped(models.Model):
    """Base of our models: when the row was made and last saved (UTC)."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class Heartbeat(models.Model):
    """The last sign of life of one queue: beat sent a task and a worker ran it."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    beat_at = models.DateTimeField(_("last beat"))

    def __str__(self) -> str:
        return self.name

    @classmethod
    def strike(cls, name: str, now: datetime) -> None:
        """Record that the queue ``name`` is alive at ``now``."""
        cls.objects.update_or_create(name=name, defaults={"beat_at": now})


class KeyFingerprint(models.Model):
    """Which keys the secrets in this database were made with, without the keys; see ``apps.core.keys``."""

    name = models.CharField(max_length=40, unique=True)
    value = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class SearchEntry(models.Model):
    """What of one thing is found by words; see ``apps.core.search``. Copied from the thing, and with it kept in step.

    ``id`` says kind and day and nothing of when the entry was made (``apps.core.searchable.entry_id``). ``object_id``
    is the thing's key as text. The folded columns are ``title`` and ``text`` letter for letter
    (``apps.core.accents.fold``) between two spaces.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=36)
    part = models.CharField(max_length=10, blank=True, default="")
    title = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    folded_title = models.TextField(blank=True, default="")
    folded_text = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "part"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}{self.part and f':{self.part}'}"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reading and adding only: the trail is append-only (ASVS 5.0, 16.4)."""

    def update(self, **kwargs: Any) -> Never:
        raise TypeError("The audit trail is append-only.")

    def delete(self) -> Never:
        raise TypeError("The audit trail is append-only.")

    bulk_update = None  # type: ignore[assignment]  # append-only, as above


class AuditEntry(models.Model):
    """One security-relevant act: who did what to which row, when. Never bodies, tokens or addresses."""

    class Event(models.TextChoices):
        LOGIN = "login", _("signed in")
        LOGIN_FAILED = "login_failed", _("sign-in failed")
        LOGOUT = "logout", _("signed out")
        REFUSED = "refused", _("refused")
        ROLE = "role", _("role or rights changed")
        STATUS = "status", _("member status changed")
        VISIBILITY = "visibility", _("visibility changed")
        EXPORT = "export", _("data exported")
        TOKEN = "token", _("link used")
        CREDENTIAL = "credential", _("password or second factor changed")
        MAIL = "mail", _("mail handled by hand")
        INVITATION = "invitation", _("invitation handled")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    event = models.CharField(_("event"), max_length=20, choices=Event)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        related_name="+",
    )
    about_type = models.ForeignKey(ContentType, models.SET_NULL, null=True, blank=True, related_name="+")
    about_id = models.BigIntegerField(null=True, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True, default="")

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["-at"], name="audit_at"),
            models.Index(fields=["about_type", "about_id"], name="audit_about"),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.at:%Y-%m-%d %H:%M}Z"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The audit trail is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("The audit trail is append-only.")
