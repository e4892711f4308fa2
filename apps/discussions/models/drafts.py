"""What is being written beside replies: the first post of a thread, and a new text for a post that stands.

By name only. Of a thread without names nothing is kept here before or after: a row would name the writer, so that what
is typed stays in the browser's tab.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.discussions.models.post import MAX_POST, Post

MAX_TITLE = 200


class DraftThread(models.Model):
    """A thread being opened, one a member. Nobody but its writer reads it, staff included."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="draft_thread")
    title = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    text = models.TextField(blank=True, default="", validators=[MaxLengthValidator(MAX_POST)])
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft of a thread")
        verbose_name_plural = _("drafts of threads")

    def __str__(self) -> str:
        return str(self.pk)


class DraftEdit(models.Model):
    """A new text for one's own post, with the ``revision`` of the post it began from. Nobody but its writer reads it,
    staff included.
    """

    post = models.OneToOneField(Post, models.CASCADE, related_name="draft_edit")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="draft_edits")
    text = models.TextField(validators=[MaxLengthValidator(MAX_POST)])
    revision = models.PositiveIntegerField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft of an edit")
        verbose_name_plural = _("drafts of edits")

    def __str__(self) -> str:
        return f"{self.post_id} · {self.pk}"
