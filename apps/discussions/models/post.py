"""The post, what stood in it before, and its draft."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import attribution
from apps.core.lines import validate_one_line
from apps.core.searched import Searched
from apps.discussions.models.thread import MAX_REASON, Thread
from apps.discussions.querysets import PostQuerySet, RevisionQuerySet
from apps.publications.models import Attribution

if TYPE_CHECKING:
    from apps.members.models import Member

MAX_POST = 30_000


class Post(Searched):
    """One contribution. ``number`` counts from 1 within the thread, without gaps.

    ``attribution`` says what is shown of the writer: in a named thread the name; in an unattributed one nothing, a
    label that fits enough others, or the name where the writer has lifted it for this post. ``author`` is stored with
    the name only; else ``owner_mark``, an HMAC under ATTRIBUTION_KEY, lets the writer find their own and nobody else
    find the writer. Ids are random, and there is no instant where there is no name. ``html`` is the text as drawn by
    the sanitiser of the edition ``drawn_by``.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("shown")
        HIDDEN = "hidden", _("hidden")
        WITHDRAWN = "withdrawn", _("deleted by its author")
        REMOVED = "removed", _("deleted by those who lead the group")

    # Of these a trace is left, and no text.
    GONE = (State.WITHDRAWN, State.REMOVED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, verbose_name=_("thread"), related_name="posts")
    number = models.PositiveIntegerField(_("number"), editable=False)
    text = models.TextField(_("text"), blank=True, validators=[MaxLengthValidator(MAX_POST)], help_text=_("Markdown."))
    html = models.TextField(blank=True, default="", editable=False)
    drawn_by = models.PositiveSmallIntegerField(default=0, editable=False)
    attribution = models.CharField(_("shown as"), max_length=20, choices=Attribution)
    label = models.CharField(_("label"), max_length=200, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="posts")
    owner_mark = models.CharField(max_length=64, blank=True, default="", editable=False)
    posted_on = models.DateField(_("posted on"), editable=False)
    posted_at = models.DateTimeField(_("posted"), null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    edited_on = models.DateField(_("edited on"), null=True, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SHOWN, editable=False)
    reason = models.CharField(
        _("why it is hidden or deleted"),
        max_length=MAX_REASON,
        blank=True,
        default="",
        editable=False,
        validators=[validate_one_line],
    )
    gone_on = models.DateField(null=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_once"),
            models.CheckConstraint(
                condition=Q(author=None) | Q(attribution="name"), name="post_names_only_who_wants_it"
            ),
            models.CheckConstraint(
                condition=Q(attribution="name") | Q(posted_at=None, edited_at=None), name="post_instant_with_name_only"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "removed"]) | Q(text="", html=""), name="post_gone_has_no_text"
            ),
        ]
        indexes = [
            models.Index(fields=["author", "thread"], condition=~Q(author=None), name="post_of_author"),
            models.Index(fields=["posted_on"], condition=~Q(owner_mark=""), name="post_without_name"),
            models.Index(
                fields=["posted_on"],
                condition=Q(state__in=["withdrawn", "removed"]) & ~Q(owner_mark=""),
                name="post_gone_with_mark",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} · {self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.thread.get_absolute_url()}?page={Thread.page_of(self.number)}#p{self.number}"

    @property
    def owning_group_id(self) -> int:
        return self.thread.group_id

    @property
    def is_shown(self) -> bool:
        return self.state == self.State.SHOWN

    @property
    def is_gone(self) -> bool:
        return self.state in self.GONE

    @property
    def is_hidden(self) -> bool:
        return self.state == self.State.HIDDEN

    def sign_for(self, member: Member) -> None:
        """Make this the member's own, without saying so anywhere."""
        self.owner_mark = attribution.mark("post", self.id.hex, str(member.pk))

    def is_of(self, member: Member) -> bool:
        """Whether the member wrote it. Costs an HMAC where no name stands."""
        if self.author_id is not None:
            return self.author_id == member.pk
        return bool(self.owner_mark) and self.owner_mark == attribution.mark("post", self.id.hex, str(member.pk))


class PostRevision(models.Model):
    """What stood in a post before it was edited. Nobody is stored: only the author edits.

    In an unattributed thread the day is the finest time. Ids are random for the same reason. Of a file that stood with
    the text only the name is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    text = models.TextField()
    file_name = models.CharField(max_length=255, default="", db_default="")
    replaced_on = models.DateField()
    replaced_at = models.DateTimeField(null=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier text of a post")
        verbose_name_plural = _("earlier texts of posts")
        constraints = [models.UniqueConstraint(fields=["post", "revision"], name="post_revision_once")]
        indexes = [
            models.Index(fields=["replaced_on"], condition=Q(replaced_at=None), name="post_revision_without_name")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} · {self.revision}"

    def is_of(self, member: Member) -> bool:
        """Whether the member wrote it, as ``Post.is_of``. Load it with its post."""
        return self.post.is_of(member)


class DraftPost(models.Model):
    """A post being written in a named thread. Nobody but its writer reads it, staff included.

    Drafts for unattributed threads stay in the browser: a row would name the writer.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="draft_posts")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="draft_posts")
    text = models.TextField(validators=[MaxLengthValidator(MAX_POST)])
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft of a post")
        verbose_name_plural = _("drafts of posts")
        constraints = [models.UniqueConstraint(fields=["thread", "member"], name="draft_post_once")]

    def __str__(self) -> str:
        return f"{self.thread_id} · {self.pk}"
