"""Who is asked for comments in a circulation."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.members.models import Group, Topic
from apps.publications.models.circulation import Circulation
from apps.publications.querysets import ConsulteeQuerySet


class Consultee(Timestamped):
    """One member asked in one circulation. Reviewers owe an answer: comments, or that they have none.

    ``via_group`` or ``via_topic`` says through what the member was included; ``other_groups`` and ``other_topics`` hold
    what would have done as well, as it was at the opening and never more. Leaving all of it ends the access, so neither
    of the first two can be deleted under it. Picked by hand (neither), or named as a reviewer, they keep it until taken
    off. ``answered_on`` is a day and no more, and is shown from the next day on, so that nobody can tell from it which
    of the day's comments are theirs.
    """

    circulation = models.ForeignKey(
        Circulation, models.CASCADE, verbose_name=_("circulation"), related_name="consultees"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="consultations"
    )
    via_group = models.ForeignKey(
        Group, models.PROTECT, verbose_name=_("through the group"), null=True, blank=True, related_name="+"
    )
    via_topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("through the topic"), null=True, blank=True, related_name="+"
    )
    other_groups = models.ManyToManyField(
        Group, verbose_name=_("also through the groups"), blank=True, related_name="+"
    )
    other_topics = models.ManyToManyField(
        Topic, verbose_name=_("also through the topics"), blank=True, related_name="+"
    )
    is_reviewer = models.BooleanField(_("reviewer, owes an answer"), default=False)
    added_at = models.DateTimeField(_("included"))
    removed_at = models.DateTimeField(_("taken off"), null=True, blank=True)
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    has_no_comments = models.BooleanField(_("has no comments"), default=False)
    extended_until = models.DateTimeField(_("may comment until"), null=True, blank=True)

    objects = ConsulteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultee")
        verbose_name_plural = _("consultees")
        constraints = [
            models.UniqueConstraint(fields=["circulation", "member"], name="consultee_once"),
            models.CheckConstraint(
                condition=Q(has_no_comments=False) | Q(answered_on__isnull=False), name="consultee_none_is_an_answer"
            ),
            models.CheckConstraint(condition=Q(via_group=None) | Q(via_topic=None), name="consultee_through_one_thing"),
        ]
        indexes = [models.Index(fields=["member", "circulation"], name="consultee_of_member")]

    def __str__(self) -> str:
        return f"{self.circulation_id} · {self.member_id}"

    @property
    def owes(self) -> bool:
        """Whether an answer is still expected."""
        return self.is_reviewer and self.answered_on is None

    def note_answer(self, day: date, *, has_no_comments: bool = False) -> None:
        """Note the day of the first answer, and no more: a later one would show on which days this person sent
        something. The time of the row's last change stays as it was, being finer than a day; and a row that says so
        already is not written, as the versions of rows tell what was written together.
        """
        before = self.answered_on, self.has_no_comments
        self.answered_on = self.answered_on or day
        self.has_no_comments = has_no_comments
        if before != (self.answered_on, self.has_no_comments):
            self.save(update_fields=["answered_on", "has_no_comments"])

    def is_known_answered(self, today: date) -> bool:
        """Whether others may know that this person has answered: from the day after."""
        return self.answered_on is not None and self.answered_on < today
