"""A reader's word to those who lead the group: this post should not stand here."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import attribution
from apps.discussions.models.post import MAX_POST, Post
from apps.discussions.querysets import ReportQuerySet

if TYPE_CHECKING:
    from apps.members.models import Member


class PostReport(models.Model):
    """``text`` is the post as it was when it was reported: deleting it does not take it from those who decide.

    In an unattributed thread the reporter is not stored either: it would say who did not write the post.
    ``reporter_mark`` keeps everybody to one report of a post.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, verbose_name=_("post"), related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("reported by"), null=True, related_name="post_reports"
    )
    reporter_mark = models.CharField(max_length=64, editable=False)
    reason = models.TextField(_("reason"), validators=[MaxLengthValidator(1000)])
    text = models.TextField(_("text as reported"), blank=True, validators=[MaxLengthValidator(MAX_POST)])
    reported_on = models.DateField(_("reported on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    settled_on = models.DateField(_("settled on"), null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a post")
        verbose_name_plural = _("reports of posts")
        constraints = [
            models.UniqueConstraint(fields=["post", "reporter_mark"], name="post_report_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(settled_on__isnull=False), name="post_report_settled_since"
            ),
        ]
        indexes = [models.Index(fields=["reported_on"], condition=Q(state="open"), name="post_report_waiting")]

    def __str__(self) -> str:
        return f"{self.post_id} · {self.get_state_display()}"

    @property
    def owning_group_id(self) -> int:
        return self.post.owning_group_id

    @property
    def occasion(self) -> str:
        """What tells the mails about this report from those about others."""
        return f"report:{self.pk.hex}"

    def mark_for(self, member: Member) -> None:
        """Keep the member to one report of this post, without naming them."""
        self.reporter_mark = self._mark(member)

    def is_of(self, member: Member) -> bool:
        """Whether the member sent it. Costs an HMAC."""
        return self.reporter_mark == self._mark(member)

    def _mark(self, member: Member) -> str:
        return attribution.mark("post report", self.post_id.hex, str(member.pk))
