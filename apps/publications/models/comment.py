"""What is said of a version: first a draft that only its writer reads, then a comment under the label they chose."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import attribution
from apps.core.lines import validate_one_line
from apps.core.models import Timestamped
from apps.members.models import StakeholderGroup
from apps.publications.codes import code_of
from apps.publications.models.circulation import Attribution, Circulation
from apps.publications.models.version import Version
from apps.publications.places import place_key
from apps.publications.querysets import CommentQuerySet, DraftCommentQuerySet

if TYPE_CHECKING:
    from apps.members.models import Member

MAX_COMMENT = 10_000
MAX_QUOTE = 2_000


def shown_label(attribution: str, text: str) -> str:
    """Return a label in the reader's language: of stakeholder groups the slug is kept."""
    if attribution == Attribution.STAKEHOLDER_GROUP and text in StakeholderGroup:
        return str(StakeholderGroup(text).label)
    return text


def said_by(attribution: str, text: str, author_id: int | None) -> str:
    """Return who says it, as far as the label tells; "" for nobody, and where the account behind a name was erased."""
    if attribution == Attribution.NAME and author_id is None:
        return ""
    return shown_label(attribution, text)


class Anchored(models.Model):
    """Where in the version something is said, and what: the columns of the ISO commenting template (ISO/IEC Directives,
    Part 1, Annex on commenting).

    ``page`` and ``quote`` come from a selection on a page; ``section``, ``paragraph`` and ``line`` are typed.
    """

    class Kind(models.TextChoices):
        GENERAL = "ge", _("general")
        TECHNICAL = "te", _("technical")
        EDITORIAL = "ed", _("editorial")

    page = models.PositiveIntegerField(
        _("page"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9999)]
    )
    quote = models.TextField(_("selected text"), blank=True, default="", validators=[MaxLengthValidator(MAX_QUOTE)])
    section = models.CharField(
        _("clause or section"), max_length=60, blank=True, default="", validators=[validate_one_line]
    )
    paragraph = models.CharField(
        _("paragraph, figure or table"), max_length=60, blank=True, default="", validators=[validate_one_line]
    )
    line = models.CharField(_("line"), max_length=30, blank=True, default="", validators=[validate_one_line])
    kind = models.CharField(_("type"), max_length=2, choices=Kind, default=Kind.GENERAL)
    comment = models.TextField(_("comment"), validators=[MaxLengthValidator(MAX_COMMENT)])
    proposed_change = models.TextField(
        _("proposed change"), blank=True, default="", validators=[MaxLengthValidator(MAX_COMMENT)]
    )

    class Meta:
        abstract = True


ANCHOR_FIELDS = ("page", "quote", "section", "paragraph", "line", "kind", "comment", "proposed_change")


class DraftComment(Anchored, Timestamped):
    """A comment being written. Nobody but its writer reads it, staff included; sending turns it into ``Comment``.

    ``opening`` is the random number that one opening of the form carries, ``turn`` how often that form had been sent
    when it was saved last: what is typed and saved by itself, and the button pressed meanwhile, are one draft.
    """

    circulation = models.ForeignKey(Circulation, models.CASCADE, related_name="draft_comments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="draft_comments")
    opening = models.UUIDField(null=True, blank=True, editable=False)
    turn = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = DraftCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a comment")
        verbose_name_plural = _("drafts of comments")
        constraints = [
            models.UniqueConstraint(fields=["circulation", "member", "opening"], name="draft_comment_once_an_opening")
        ]
        indexes = [models.Index(fields=["circulation", "member", "id"], name="draft_comment_of_member")]

    def __str__(self) -> str:
        return f"{self.circulation_id} · {self.pk}"

    @property
    def code(self) -> str:
        """What pages and forms call it. Costs one HMAC."""
        return code_of("draft comment", self.pk)


class Comment(Anchored):
    """A comment as sent. No time finer than the day, a random id, and no writer unless the label is the name.

    ``owner_mark`` lets the writer find their own and nobody else find the writer: an HMAC under ATTRIBUTION_KEY, which
    lies outside the database.
    """

    class Disposition(models.TextChoices):
        OPEN = "", _("not resolved yet")
        ACCEPTED = "accepted", _("accepted")
        PARTLY = "partly", _("accepted in part")
        NOTED = "noted", _("noted")
        NOT_ACCEPTED = "not_accepted", _("not accepted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circulation = models.ForeignKey(Circulation, models.CASCADE, related_name="comments")
    attribution = models.CharField(_("shown as"), max_length=20, choices=Attribution)
    label = models.CharField(_("commenter"), max_length=200, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="paper_comments"
    )
    owner_mark = models.CharField(max_length=64, editable=False)
    place = models.CharField(max_length=120, editable=False)
    sent_on = models.DateField(_("sent on"))
    disposition = models.CharField(
        _("disposition"), max_length=12, choices=Disposition, blank=True, default=Disposition.OPEN
    )
    reason = models.TextField(_("observations"), blank=True, default="", validators=[MaxLengthValidator(MAX_COMMENT)])
    resolved_in = models.ForeignKey(
        Version, models.PROTECT, verbose_name=_("done in version"), null=True, blank=True, related_name="+"
    )
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(author=None) | Q(attribution="name"), name="comment_names_only_who_wants_it"
            ),
            models.CheckConstraint(
                condition=Q(disposition="") | Q(resolved_at__isnull=False), name="comment_resolved_since"
            ),
        ]
        indexes = [models.Index(fields=["circulation", "place", "id"], name="comment_in_place")]

    def __str__(self) -> str:
        return f"{self.circulation_id} · {self.id.hex[:8]}"

    def sign_for(self, member: Member) -> None:
        """Make this the member's own, without saying so anywhere."""
        self.owner_mark = owner_mark(self.id, member)

    def is_of(self, member: Member) -> bool:
        """Whether the member wrote it. Costs one HMAC."""
        return self.owner_mark == owner_mark(self.id, member)

    def take_place(self) -> None:
        """Note where it stands in the order of the document; ties are broken by the random id."""
        self.place = place_key(self.page, self.section, self.paragraph, self.line)

    @property
    def shown_as(self) -> str:
        """Who says it, as far as the label tells; "" for nobody, and where the account behind a name was erased."""
        return said_by(self.attribution, self.label, self.author_id)

    @property
    def is_resolved(self) -> bool:
        return self.disposition != self.Disposition.OPEN

    def is_known(self, today: date) -> bool:
        """Whether others see it already: a comment without a name shows from the day after it was sent, with all
        others of that day.
        """
        return self.attribution == Attribution.NAME or self.sent_on < today


def owner_mark(comment_id: uuid.UUID, member: Member) -> str:
    """Return the mark that makes the comment the member's own. Costs one HMAC."""
    return attribution.mark("comment", comment_id.hex, str(member.pk))
