"""The file of a post."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.discussions.models.post import Post

FOLDER = "discussions"


def random_name(attachment: Attachment, original: str) -> str:
    """Return where the file goes below the files' folder: nothing of what the sender called it."""
    return f"{FOLDER}/{secrets.token_hex(16)}.{attachment.format}"


class Attachment(models.Model):
    """One file beside the text of a post in a named thread, checked by ``apps.core.uploads``.

    There are none in unattributed threads: a file carries who made it in more places than can be wiped. Who may read
    the post may fetch it; no other address leads to it. It goes with the post's text.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.OneToOneField(Post, models.CASCADE, related_name="attachment")
    file = models.FileField(_("file"), upload_to=random_name, max_length=100)
    name = models.CharField(_("name on upload"), max_length=255)
    format = models.CharField(_("format"), max_length=8)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("file of a post")
        verbose_name_plural = _("files of posts")

    def __str__(self) -> str:
        return self.name
