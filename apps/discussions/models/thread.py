"""The thread: one technical question, in which everybody is named or nobody."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.core.links import address
from apps.core.searched import Searched
from apps.core.zones import UTC_ZONE
from apps.discussions.mails import ThreadMails
from apps.discussions.querysets import ThreadQuerySet
from apps.events.models import Event
from apps.members.models import Group, Member, Topic
from apps.members.permissions import Visibility
from apps.publications.models import Publication

MAX_SUMMARY = 5_000
MAX_REASON = 300
POSTS_PER_PAGE = 50

# What people write under their names is read by people who have a name here: no thread is public.
VISIBILITIES = [(each.value, each.label) for each in Visibility if each != Visibility.PUBLIC]


def new_number() -> int:
    """Return what stands in a thread's address: random, so that it says neither how many there are nor, between two
    whose instant is known, when an unattributed one was opened.
    """
    return 10**11 + secrets.randbelow(9 * 10**11)


def day_start(instant: datetime) -> datetime:
    """Return the midnight (UTC) before: all that is kept of a time in an unattributed thread."""
    return instant.astimezone(UTC_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


class Thread(Searched, ThreadMails):
    """What is said stands in ``Post``, numbered from 1 by ``last_number``.

    An unattributed thread keeps nobody who wrote in it, not even who opened it, and no time finer than the day (UTC):
    ``last_posted_at`` is then the midnight before. Not ``Timestamped``, which would keep instants.
    """

    class Mode(models.TextChoices):
        NAMED = "named", _("By name")
        UNATTRIBUTED = "unattributed", _("Without names (Chatham House Rule)")

    id = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    title = models.CharField(_("title"), max_length=200, validators=[validate_one_line])
    group = models.ForeignKey(Group, models.PROTECT, verbose_name=_("group"), related_name="threads")
    visibility = models.CharField(_("visible to"), max_length=12, choices=VISIBILITIES, default=Visibility.GROUP)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="threads")
    event = models.ForeignKey(
        Event, models.SET_NULL, verbose_name=_("about the event"), null=True, blank=True, related_name="threads"
    )
    publication = models.ForeignKey(
        Publication, models.SET_NULL, verbose_name=_("about the paper"), null=True, blank=True, related_name="threads"
    )
    mode = models.CharField(_("names"), max_length=12, choices=Mode, default=Mode.NAMED)
    opener = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="threads_opened"
    )
    opened_on = models.DateField(_("opened on"), editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    last_number = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    last_posted_at = models.DateTimeField(_("last post"), editable=False)
    # Up to which post readers were told, in an unattributed thread.
    told_number = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_locked = models.BooleanField(_("locked"), default=False)
    lock_reason = models.CharField(
        _("why it is locked"), max_length=MAX_REASON, blank=True, default="", validators=[validate_one_line]
    )
    is_hidden = models.BooleanField(_("hidden"), default=False)
    hidden_reason = models.CharField(
        _("why it is hidden"), max_length=MAX_REASON, blank=True, default="", validators=[validate_one_line]
    )
    summary = models.TextField(
        _("summary so far"),
        blank=True,
        default="",
        validators=[MaxLengthValidator(MAX_SUMMARY)],
        help_text=_("Markdown."),
    )
    summary_on = models.DateField(null=True, editable=False)
    summary_number = models.PositiveIntegerField(default=0, editable=False)
    summary_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    outcome = models.TextField(
        _("outcome"), blank=True, default="", validators=[MaxLengthValidator(MAX_SUMMARY)], help_text=_("Markdown.")
    )
    outcome_number = models.PositiveIntegerField(_("the post that holds it"), null=True, blank=True)
    outcome_on = models.DateField(null=True, editable=False)
    moved_from = models.ForeignKey(Group, models.SET_NULL, null=True, editable=False, related_name="+")
    moved_on = models.DateField(null=True, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            models.CheckConstraint(
                condition=Q(event=None) | Q(publication=None),
                name="thread_about_one_thing",
                violation_error_message=_("A thread is about an event or a paper, not about both."),
            ),
            models.CheckConstraint(
                condition=Q(mode="named") | Q(opener=None, opened_at=None, summary_by=None),
                name="thread_unattributed_names_nobody",
            ),
            models.CheckConstraint(condition=~Q(visibility="public"), name="thread_never_public"),
            models.CheckConstraint(
                condition=Q(is_hidden=False) | ~Q(hidden_reason=""),
                name="thread_hidden_for_a_reason",
                violation_error_message=_("Say why it is hidden."),
            ),
        ]
        indexes = [
            # In the order of the lists, with all that decides who sees one in them: passing over a row is cheap.
            models.Index(
                fields=["-last_posted_at", "-id", "visibility", "group", "is_hidden", "last_number"],
                name="thread_listed",
            ),
            models.Index(fields=["group", "-last_posted_at"], name="thread_by_group"),
            models.Index(
                fields=["id"],
                condition=Q(mode="unattributed", last_number__gt=F("told_number")),
                name="thread_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the row. Names once withheld stay withheld, and who wrote under theirs is not joined by others who need
        not.
        """
        kept = Thread.objects.filter(pk=self.pk).exclude(mode=self.mode)
        if not self._state.adding and kept.exists():
            raise TypeError("A thread keeps the mode it was opened with.")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address("discussions:detail", self.pk)

    # What the access policy asks (members.permissions.Thing). A hidden thread is seen by those who lead, as a draft.

    @property
    def is_draft(self) -> bool:
        return self.is_hidden

    @property
    def owning_group_id(self) -> int:
        return self.group_id

    @classmethod
    def draft_q(cls) -> Q:
        return Q(is_hidden=True)

    def is_by(self, member: Member) -> bool:
        return False

    @classmethod
    def authored_q(cls, member: Member) -> Q:
        return Q(pk__in=[])

    def is_open_to(self, member: Member) -> bool:
        return False

    @classmethod
    def opened_q(cls, member: Member) -> Q:
        return Q(pk__in=[])

    # What follows from the fields.

    @property
    def is_named(self) -> bool:
        return self.mode == self.Mode.NAMED

    @property
    def is_chatham_house(self) -> bool:
        """Whether the rule holds here, in the word of events: names are withheld, from everyone."""
        return not self.is_named

    @property
    def is_overtaken(self) -> bool:
        """Whether names stand here though its event has been put under the Chatham House Rule since.

        Load it with ``event``: a property asks no database.
        """
        return self.is_named and self.event is not None and self.event.is_chatham_house

    @property
    def takes_posts(self) -> bool:
        """Whether anybody may write at all. Load it with ``event``."""
        return not (self.is_locked or self.is_hidden or self.is_overtaken)

    @property
    def last_page(self) -> int:
        return max(1, self.page_of(self.last_number))

    @staticmethod
    def page_of(number: int) -> int:
        """Return the page on which the post of this number stands."""
        return (max(number, 1) - 1) // POSTS_PER_PAGE + 1

    def when(self, now: datetime) -> datetime:
        """Return ``now`` as finely as this thread keeps times."""
        return now if self.is_named else day_start(now)

    def count_mere_readers(self) -> int:
        """Return how many read the thread and would not see what is hidden in it. Two queries."""
        where = {"group_id": self.group_id, "visibility": self.visibility}
        shown, hidden = (Thread(**where, is_hidden=is_hidden) for is_hidden in (False, True))
        return Member.objects.seeing(shown).count() - Member.objects.seeing(hidden).count()

    # What changes this row alone.

    def lock(self) -> None:
        """Hold this row until the transaction ends, on SQLite and PostgreSQL alike, by an UPDATE that changes
        nothing.
        """
        Thread.objects.filter(pk=self.pk).update(last_number=F("last_number"))

    def take_number(self, now: datetime) -> int:
        """Take the next number for a post, inside the transaction that writes it: a failure leaves no gap.

        The UPDATE holds the row, so two at once get two numbers, one after the other.
        """
        Thread.objects.filter(pk=self.pk).update(last_number=F("last_number") + 1, last_posted_at=self.when(now))
        number: int = Thread.objects.values_list("last_number", flat=True).get(pk=self.pk)
        self.last_number, self.last_posted_at = number, self.when(now)
        return number


def today_of(now: datetime) -> date:
    """Return the day (UTC) that is kept of an instant."""
    return now.astimezone(UTC_ZONE).date()
