"""One person's part in one event: invited, answered, attended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.core.tokens import Linkable
from apps.events.models.event import Event
from apps.events.querysets import ParticipationQuerySet
from apps.members.models import Group, Member


class Participation(Linkable, Timestamped):
    """An invitation with its answer. The signed link in mails opens this row, so no sign-in is needed to answer.

    ``via_group`` is set when the invitation came from a membership; it ends with that membership, and no later one
    brings it back. ``answered_at`` is the last change of the answer, ``answer_since`` when the present answer (not its
    mode) began. A yes in person without a seat waits under ``queue_number``.
    """

    token_purpose = "rsvp"  # noqa: S105  a name, not a secret

    class Answer(models.TextChoices):
        NONE = "", _("no answer yet")
        YES = "yes", _("yes")
        MAYBE = "maybe", _("maybe")
        NO = "no", _("no")

    class Mode(models.TextChoices):
        NONE = "", "–"
        IN_PERSON = "in_person", _("in person")
        ONLINE = "online", _("online")

    class Source(models.TextChoices):
        NONE = "", "–"
        PORTAL = "portal", _("portal")
        LINK = "link", _("link in a mail")
        COORDINATOR = "coordinator", _("coordinator")

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("event"), related_name="participations")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="participations"
    )
    via_group = models.ForeignKey(
        Group, models.PROTECT, verbose_name=_("invited through"), null=True, blank=True, related_name="+"
    )
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=5, choices=Answer, blank=True, default=Answer.NONE)
    mode = models.CharField(_("takes part"), max_length=10, choices=Mode, blank=True, default=Mode.NONE)
    has_seat = models.BooleanField(_("has a seat"), default=False)
    queue_number = models.PositiveIntegerField(_("number on the waiting list"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer_since = models.DateTimeField(null=True, blank=True)
    interested_since = models.DateTimeField(null=True, blank=True)
    source = models.CharField(_("answered by"), max_length=12, choices=Source, blank=True, default=Source.NONE)
    attended = models.BooleanField(_("attended"), null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["event", "member"], name="participation_once"),
            models.CheckConstraint(
                condition=Q(answer="yes") & ~Q(mode="") | ~Q(answer="yes") & Q(mode=""),
                name="participation_mode_with_yes",
            ),
            models.CheckConstraint(
                condition=Q(has_seat=False) | Q(answer="yes", withdrawn_at=None, queue_number=None),
                name="participation_seat_with_yes",
            ),
            models.CheckConstraint(
                condition=Q(queue_number=None) | Q(answer="yes", withdrawn_at=None, has_seat=False),
                name="participation_waits_with_yes",
            ),
            models.UniqueConstraint(
                fields=["event", "queue_number"], condition=~Q(queue_number=None), name="participation_queue_order"
            ),
        ]
        indexes = [models.Index(fields=["member", "event"], name="participation_of_member")]

    def __str__(self) -> str:
        return f"{self.event_id} · {self.member_id} · {self.answer or '?'}"

    @property
    def is_waiting(self) -> bool:
        return self.queue_number is not None

    @property
    def is_attending(self) -> bool:
        return self.answer == self.Answer.YES and self.has_seat

    def is_live_for(self, member: Member) -> bool:
        """Whether the invitation stands: ``ParticipationQuerySet.live_for`` for this row. At most the roles' query."""
        is_through = self.via_group_id is None or member.is_in_since(self.via_group_id, self.invited_at)
        return self.member_id == member.pk and self.withdrawn_at is None and is_through

    def save_answer(self, **fields: Any) -> None:
        """Change the answer's fields of this row alone."""
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=[*fields, "updated_at"])
