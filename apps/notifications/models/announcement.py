"""One saying to many: the audience as confirmed, expanded into the ledger in chunks."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.notifications.models.reason import Explained


class Announcement(Explained, Timestamped):
    """A mail of one kind about one thing to the members confirmed on screen.

    ``member_ids`` are those ids, never the query behind them. ``position`` says how many are expanded; the ledger's
    unique key makes doing a chunk twice harmless.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=40)
    about_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    about_id = models.BigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    occasion = models.CharField(_("occasion"), max_length=120)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    member_ids = models.JSONField()
    position = models.PositiveIntegerField(_("expanded"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    title = models.CharField(_("subject"), max_length=150, blank=True, default="")
    paragraph = models.TextField(_("own words"), blank=True, default="")
    detail = models.JSONField(default=dict)
    expires_at = models.DateTimeField(_("not after"), null=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="announcement_waiting")]

    def __str__(self) -> str:
        return f"{self.pk} · {self.kind} · {self.position}"
