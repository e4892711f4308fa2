"""Groups and who is in them, the topics they work on, and the funding phases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_one_line
from apps.core.models import Timestamped
from apps.members.permissions import Role, Visibility
from apps.members.querysets import GroupQuerySet, MembershipQuerySet

if TYPE_CHECKING:
    from apps.members.models.person import Member


class Group(Timestamped):
    """The working group itself, or a task force in it."""

    name = models.CharField(_("name"), max_length=150, unique=True, validators=[validate_one_line])
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    purpose = models.TextField(_("purpose"), blank=True, default="", help_text=_("Markdown."))
    visibility = models.CharField(_("visible to"), max_length=12, choices=Visibility, default=Visibility.GROUP)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="members.Membership", verbose_name=_("members"), related_name="member_groups"
    )

    objects = GroupQuerySet.as_manager()

    is_draft: ClassVar[bool] = False

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return self.name

    @property
    def owning_group_id(self) -> int:
        return self.pk

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


class Membership(Timestamped):
    """A member's role in a group, from a day on, until it is ended. Ended ones stay for the reports."""

    group = models.ForeignKey(Group, models.CASCADE, verbose_name=_("group"), related_name="memberships")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    started_on = models.DateField(_("from"), default=timezone.localdate)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "member"],
                condition=Q(ended_on=None),
                name="membership_one_present",
                violation_error_message=_("This person is in the group already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_start",
                violation_error_message=_("The end lies before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} · {self.get_role_display()}"

    def clean(self) -> None:
        super().clean()
        if self._state.adding and self.started_on and self.started_on > timezone.localdate():
            raise ValidationError({"started_on": _("Enter the start on the day itself: rights begin at once.")})
        if self.ended_on and self.ended_on > timezone.localdate():
            raise ValidationError({"ended_on": _("Enter the end on the day itself: rights end at once.")})

    def end(self, day: date) -> None:
        """End the membership on this day, or on its first where that lies ahead."""
        self.ended_on = max(day, self.started_on)
        self.save(update_fields=["ended_on", "updated_at"])


class Topic(Timestamped):
    """A key area of the working group, or a finer topic below one."""

    title = models.CharField(_("title"), max_length=150, validators=[validate_one_line])
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    covers = models.TextField(_("what it covers"), blank=True, default="")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("key area"), null=True, blank=True, related_name="finer_topics"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.parent and (self.parent.parent_id or self.parent_id == self.pk):
            raise ValidationError({"parent": _("Topics have two levels: choose a key area.")})


class Phase(Timestamped):
    """A funding phase. Events, papers and threads belong to one by their date."""

    name = models.CharField(_("name"), max_length=60, unique=True, validators=[validate_one_line])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    focus = models.TextField(_("focus"), blank=True, default="")

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="phase_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name
