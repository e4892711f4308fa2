"""A filled-in matrix between its dry run and its import."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.publications.codes import code_of
from apps.publications.models.circulation import Circulation

# Then it was forgotten.
KEPT_FOR = timedelta(days=1)


class CommentSheet(Timestamped):
    """The rows of one upload that can become drafts, as ``sheets.read_comments`` found them. Its sender's alone.

    One per person and circulation: the next upload takes its place, and the import takes it away, so that a second
    press of the button imports nothing.
    """

    circulation = models.ForeignKey(Circulation, models.CASCADE, related_name="comment_sheets")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="comment_sheets")
    texts: Any = models.JSONField(default=list)

    class Meta:
        verbose_name = _("sheet of comments")
        verbose_name_plural = _("sheets of comments")
        constraints = [models.UniqueConstraint(fields=["circulation", "member"], name="comment_sheet_once")]

    def __str__(self) -> str:
        return f"{self.circulation_id} · {self.pk}"

    @property
    def code(self) -> str:
        """What pages and forms call it. Costs one HMAC."""
        return code_of("comment sheet", self.pk)
