"""A round of comments: one version of a paper before one audience until a deadline."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.core.links import address
from apps.core.models import Timestamped
from apps.members.models import Group, Topic
from apps.members.permissions import Visibility
from apps.publications.deadline import ANYWHERE, Deadline
from apps.publications.mails import CirculationMails
from apps.publications.models.publication import MAX_TEXT, Publication
from apps.publications.models.version import Version
from apps.publications.querysets import CirculationQuerySet

if TYPE_CHECKING:
    from apps.members.models import Member


def new_code() -> str:
    """Return what stands in a circulation's address: it says neither how many there are nor when this one was made."""
    return secrets.token_hex(8)


class Attribution(models.TextChoices):
    """What is said of a commenter, from the most to the least exact."""

    NAME = "name", _("Name")
    ORGANISATION = "organisation", _("Organisation only")
    STAKEHOLDER_GROUP = "stakeholder_group", _("Stakeholder group only")
    NONE = "none", _("Nothing")

    @property
    def wider(self) -> Attribution:
        """The next less exact one; the last is its own."""
        every = list(Attribution)
        return every[min(every.index(self) + 1, len(every) - 1)]

    def is_wider_than(self, other: Attribution) -> bool:
        """Whether it says less than ``other``."""
        every = list(Attribution)
        return every.index(self) > every.index(other)


class Circulation(CirculationMails, Timestamped):
    """Who is asked stands in ``Consultee``, what they said in ``Comment``. ``groups``, ``topics``, ``people`` and
    ``reviewers`` are the choice made while it was prepared; from the opening on it says nothing any more.

    ``deadline_at`` (UTC) is what ``deadline`` comes to: the first instant that is too late. ``attribution`` is the most
    exact label a commenter may choose; what was chosen is fixed at sending.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    # What consultees come upon.
    OUT = (State.OPEN, State.CLOSED)

    class SeenBy(models.TextChoices):
        PARTICIPANTS = "participants", _("all who take part")
        AFTER_CLOSING = "after_closing", _("all who take part, after the deadline")
        LEADS = "leads", _("the group's chair and coordinators, the authors and the secretariat")

    publication = models.ForeignKey(
        Publication, models.PROTECT, verbose_name=_("publication"), related_name="circulations"
    )
    version = models.ForeignKey(Version, models.PROTECT, verbose_name=_("version"), related_name="circulations")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED, editable=False)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.COORDINATORS, editable=False)
    deadline_on = models.DateField(_("last day"))
    deadline_time = models.TimeField(
        _("time"), null=True, blank=True, help_text=_("Leave empty for the end of the day.")
    )
    deadline_zone = models.CharField(_("zone of the deadline"), max_length=64, default=ANYWHERE)
    deadline_at = models.DateTimeField(_("deadline"), editable=False)
    instructions = models.TextField(
        _("what you ask for"),
        blank=True,
        default="",
        validators=[MaxLengthValidator(MAX_TEXT)],
        help_text=_("Markdown."),
    )
    confidentiality = models.CharField(
        _("confidentiality"), max_length=300, blank=True, default="", validators=[validate_one_line]
    )
    seen_by = models.CharField(_("comments are seen by"), max_length=14, choices=SeenBy, default=SeenBy.AFTER_CLOSING)
    attribution = models.CharField(
        _("a comment shows at most"), max_length=20, choices=Attribution, default=Attribution.NAME
    )
    groups = models.ManyToManyField(
        Group,
        verbose_name=_("groups"),
        blank=True,
        related_name="+",
        help_text=_("Who leaves all groups and topics through which they are asked loses access."),
    )
    topics = models.ManyToManyField(
        Topic,
        verbose_name=_("those interested in"),
        blank=True,
        related_name="+",
        help_text=_("A key area includes its finer topics. Giving up the interest is like leaving a group."),
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("people picked by hand"),
        blank=True,
        related_name="+",
        help_text=_("They keep access until taken off."),
    )
    reviewers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewers"),
        blank=True,
        related_name="+",
        help_text=_("They owe an answer, are reminded of it, and keep access until taken off."),
    )
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    cancel_reason = models.CharField(max_length=300, blank=True, default="", editable=False)
    summarised_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(_("commenters told"), null=True, editable=False)

    objects = CirculationQuerySet.as_manager()

    class Meta:
        verbose_name = _("circulation")
        verbose_name_plural = _("circulations")
        constraints = [
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(state__in=["prepared", "open"]),
                name="circulation_one_at_a_time",
                violation_error_message=_("This paper has a circulation that is not over yet."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "cancelled"]) | Q(opened_at__isnull=False),
                name="circulation_open_since",
            ),
            models.CheckConstraint(condition=Q(visibility="coordinators"), name="circulation_visible_to_coordinators"),
        ]
        indexes = [models.Index(fields=["deadline_at"], condition=Q(state="open"), name="circulation_open_until")]

    def __str__(self) -> str:
        return f"{self.publication} · {self.version.number}"

    def get_absolute_url(self) -> str:
        """Also names the paper, so that a reader of the address knows what it leads to."""
        return address("publications:circulation", self.publication.slug, self.code)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the instant equal to the deadline as stated."""
        self.deadline_at = self.deadline.resolved()[0]
        fields = kwargs.get("update_fields")
        if fields is not None and {"deadline_on", "deadline_time", "deadline_zone"} & set(fields):
            kwargs["update_fields"] = {*fields, "deadline_at"}
        super().save(*args, **kwargs)

    @property
    def deadline(self) -> Deadline:
        return Deadline(self.deadline_on, self.deadline_time, self.deadline_zone)

    # What the access policy asks (members.permissions.Thing). Leads and staff see every circulation, a prepared one
    # too; authors and consultees see it from its opening on.

    is_draft: ClassVar[bool] = False

    def is_by(self, member: Member) -> bool:
        return False

    @classmethod
    def authored_q(cls, member: Member) -> Q:
        return Q(pk__in=[])

    @property
    def owning_group_id(self) -> int:
        return self.publication.group_id

    def is_open_to(self, member: Member) -> bool:
        return (self.is_out and self.asks(member)) or self.publication.is_by(member)

    def asks(self, member: Member) -> bool:
        """Whether the member is asked now. One query, none where it was read ahead."""
        known = self.known_consultees
        if member.pk in known:
            return known[member.pk] is not None
        found: bool = self.consultees.live_for(member).exists()
        return found

    @classmethod
    def opened_q(cls, member: Member) -> Q:
        consultees: Any = cls._meta.get_field("consultees").related_model
        consulted = Q(pk__in=consultees.objects.live_for(member).values("circulation"))
        written = Q(publication__in=Publication.objects.filter(Publication.authored_q(member)).values("pk"))
        return written | (Q(state__in=cls.OUT) & consulted)

    @property
    def is_out(self) -> bool:
        """Whether it was opened and not taken back."""
        return self.state in self.OUT

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def shows_comments(self) -> bool:
        """Whether those who take part see each other's comments now."""
        if self.seen_by == self.SeenBy.AFTER_CLOSING:
            return self.state == self.State.CLOSED
        return self.seen_by == self.SeenBy.PARTICIPANTS

    def lock(self) -> None:
        """Hold this row until the transaction ends, on SQLite and PostgreSQL alike, by an UPDATE that changes
        nothing.
        """
        Circulation.objects.filter(pk=self.pk).update(state=F("state"))

    def takes_comments_until(self, consultee: Any) -> datetime:
        """Return the first instant that is too late for this person: an extension counts for them alone."""
        return max(self.deadline_at, consultee.extended_until or self.deadline_at)
