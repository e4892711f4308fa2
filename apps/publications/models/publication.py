"""The publication: a paper, a brief or a summary of the group, from draft to published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.conf.global_settings import LANGUAGES as WORLD_LANGUAGES
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.core.links import address
from apps.core.models import Timestamped
from apps.core.searched import Searched
from apps.events.models import Event
from apps.members.models import Group, Topic
from apps.members.permissions import Visibility
from apps.publications.citing.addresses import doi_url, licence_url
from apps.publications.news import PublicationMails
from apps.publications.querysets import PublicationQuerySet

if TYPE_CHECKING:
    from apps.members.models import Member

MAX_TEXT = 20_000

# DOI Handbook 2.2: a directory code that begins with 10, a slash, a suffix.
validate_doi = RegexValidator(
    r"^10\.\d{4,9}/[^\s<>\"]+$", _("Enter a DOI without the address before it, such as 10.5281/zenodo.1.")
)


def language_choices() -> list[tuple[str, str]]:
    """Return the languages a paper may be written in, whatever the portal itself speaks."""
    return list(WORLD_LANGUAGES)


def _harvest_records() -> Any:
    """The model of what harvesters are told, which itself stands on this one."""
    return Publication._meta.get_field("harvest_record").related_model


class Publication(Searched, PublicationMails, Timestamped):
    """What is read under one title. Its files are its versions; the newest is the one that is read.

    ``byline`` repeats the names of the authors for lists; ``actions.settle_byline`` keeps it true. ``publish_at`` is
    when the worker publishes it; ``publish_fault`` says why it could not.
    """

    class Kind(models.TextChoices):
        DISCUSSION_PAPER = "discussion_paper", _("Discussion paper")
        BACKGROUND_PAPER = "background_paper", _("Background paper")
        POLICY_BRIEF = "policy_brief", _("Policy brief")
        MEETING_SUMMARY = "meeting_summary", _("Meeting summary")

    class State(models.TextChoices):
        IDEA = "idea", _("idea")
        DRAFT = "draft", _("draft")
        CIRCULATING = "circulating", _("in circulation")
        RESOLVING = "resolving", _("comments being resolved")
        CLEARED = "cleared", _("cleared")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Licence(models.TextChoices):
        """SPDX identifiers, but for the last."""

        CC_BY = "CC-BY-4.0", _("CC BY 4.0")
        CC_BY_SA = "CC-BY-SA-4.0", _("CC BY-SA 4.0")
        CC_BY_NC = "CC-BY-NC-4.0", _("CC BY-NC 4.0")
        CC_BY_NC_ND = "CC-BY-NC-ND-4.0", _("CC BY-NC-ND 4.0")
        RESERVED = "all-rights-reserved", _("All rights reserved")

    # What readers may come upon; all before it is a draft.
    OUT = (State.PUBLISHED, State.WITHDRAWN)
    # Addresses below the list's own that are no publication's.
    RESERVED_SLUGS = frozenset({"feed"})

    title = models.CharField(_("title"), max_length=300, validators=[validate_one_line])
    subtitle = models.CharField(_("subtitle"), max_length=300, blank=True, default="", validators=[validate_one_line])
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.DISCUSSION_PAPER)
    group = models.ForeignKey(Group, models.PROTECT, verbose_name=_("group"), related_name="publications")
    visibility = models.CharField(_("visible to"), max_length=12, choices=Visibility, default=Visibility.GROUP)
    abstract = models.TextField(
        _("abstract"), blank=True, default="", validators=[MaxLengthValidator(MAX_TEXT)], help_text=_("Markdown.")
    )
    language = models.CharField(_("language"), max_length=10, choices=language_choices, default="en")
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="publications")
    events = models.ManyToManyField(
        Event,
        verbose_name=_("events"),
        blank=True,
        related_name="publications",
        help_text=_("On whose pages it shows, to those who may see it."),
    )
    published_on = models.DateField(
        _("published on"), null=True, blank=True, help_text=_("Leave empty for the day on which it is published here.")
    )
    day_is_known = models.BooleanField(
        _("the day is known"), default=True, help_text=_("Otherwise only the month and the year are shown.")
    )
    doi = models.CharField(
        _("DOI"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[validate_doi],
        help_text=_("As 10.5281/zenodo.1."),
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, blank=True, default="", db_default="")
    suggested_citation = models.CharField(
        _("suggested citation"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        validators=[validate_one_line],
        help_text=_("Leave empty for one made of authors, year and title."),
    )
    is_sample = models.BooleanField(_("sample"), default=False)
    publish_at = models.DateTimeField(_("to be published at"), null=True, blank=True, editable=False)
    publish_fault = models.CharField(max_length=600, blank=True, default="", db_default="", editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(
        _("reason of the withdrawal"), max_length=300, blank=True, default="", db_default="", editable=False
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.DRAFT, db_default="draft", editable=False
    )
    byline = models.TextField(_("authors"), blank=True, default="", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="publications_created"
    )

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "withdrawn"]) | Q(published_on__isnull=False),
                name="publication_published_has_date",
                violation_error_message=_("What is published has a date."),
            )
        ]
        indexes = [
            # In the order of the lists, with all that decides who sees one in them: passing over a row is cheap.
            models.Index(
                fields=["-published_on", "-id", "state", "visibility", "group", "created_by"], name="publication_listed"
            ),
            models.Index(fields=["group", "published_on"], name="publication_by_group"),
            models.Index(fields=["publish_at"], condition=~Q(publish_at=None), name="publication_to_publish"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("publications:detail", self.slug)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what harvesters are told in line, in the same transaction."""
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            _harvest_records().settle(self, self.updated_at)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Leave word for harvesters. The clock is read here: Django's admin and shell delete without saying when."""
        with transaction.atomic():
            _harvest_records().mark_gone(self, timezone.now())
            return super().delete(*args, **kwargs)

    @property
    def doi_url(self) -> str:
        return doi_url(self.doi)

    @property
    def licence_url(self) -> str:
        return licence_url(self.licence)

    def clean(self) -> None:
        super().clean()
        if self.slug in self.RESERVED_SLUGS:
            raise ValidationError({"slug": _("This short name is taken by another page.")}, code="reserved")

    @property
    def is_open_to_all(self) -> bool:
        """Whether it is to be found by everybody: public, published, not withdrawn."""
        return self.visibility == Visibility.PUBLIC and self.state == self.State.PUBLISHED

    # What the access policy asks (members.permissions.Thing).

    @property
    def is_draft(self) -> bool:
        return self.state not in self.OUT

    @property
    def has_final_answers(self) -> bool:
        """Whether what became of the comments stands: it was cleared by it, and people were told."""
        return self.state == self.State.CLEARED or not self.is_draft

    @property
    def owning_group_id(self) -> int:
        return self.group_id

    def is_by(self, member: Member) -> bool:
        """Whether the member stands on the title page. Who only entered the paper counts while it is a draft: what they
        were when they did so (of the secretariat, mostly) is no ground for keeping what was published to others.

        No query where the authors are prefetched, or where that was asked with the rest.
        """
        known = self.known_authors.get(member.pk)
        if known is not None:
            return known
        has_entered = self.is_draft and self.created_by_id == member.pk
        return has_entered or any(author.member_id == member.pk for author in self.authors.all())

    @cached_property
    def known_authors(self) -> dict[int, bool]:
        """Whether members wrote it, by member id, where that was read already. ``lock`` forgets it."""
        return {}

    @classmethod
    def authored_q(cls, member: Member) -> Q:
        authors: Any = cls._meta.get_field("authors").related_model
        written = authors.objects.filter(member=member.pk).values("publication")
        return Q(pk__in=written) | (Q(created_by=member.pk) & cls.draft_q())

    @classmethod
    def draft_q(cls) -> Q:
        return ~Q(state__in=cls.OUT)

    def is_open_to(self, member: Member) -> bool:
        """Its authors see it whatever became of it: who saw the draft does not lose the paper by its publication."""
        return self.is_by(member)

    @classmethod
    def opened_q(cls, member: Member) -> Q:
        return cls.authored_q(member)

    def lock(self) -> None:
        """Hold this row until the transaction ends, on SQLite and PostgreSQL alike, by an UPDATE that changes
        nothing. Who its authors are is asked anew from then on.
        """
        Publication.objects.filter(pk=self.pk).update(state=F("state"))
        self.known_authors.clear()
