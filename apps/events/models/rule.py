"""When an event's people are reminded, and of whom it is true."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.core.zones import resolve_wall_time
from apps.events.models.event import Event
from apps.notifications.models import Reminder

# What decides when a rule is due.
_TIMING = ("minutes_before", "days_before", "at_time", "clock")
MOST_DAYS = 366
# Wherever on Earth a reader lives.
_EVERY_CLOCK = [timezone(timedelta(hours=hours)) for hours in range(-12, 15)]


class ReminderRule(Timestamped):
    """One reminder of one event: an offset before the start, or a wall-clock time some days before it.

    A wall-clock time is read in the event's zone or in each reader's own.
    """

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("all invited but those who said no")
        ATTENDING = "attending", _("those who said yes and have a seat")
        INTERESTED = "interested", _("those who said yes or maybe")
        UNANSWERED = "unanswered", _("those who have not answered")

    class Clock(models.TextChoices):
        EVENT = "event", _("the event's zone")
        READER = "reader", _("the reader's zone")

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("event"), related_name="reminder_rules")
    audience = models.CharField(_("to"), max_length=12, choices=Audience, default=Audience.INTERESTED)
    minutes_before = models.PositiveIntegerField(
        _("minutes before the start"), null=True, blank=True, validators=[MaxValueValidator(60 * 24 * 366)]
    )
    days_before = models.PositiveSmallIntegerField(
        _("or: days before"), null=True, blank=True, validators=[MaxValueValidator(MOST_DAYS)]
    )
    at_time = models.TimeField(_("at"), null=True, blank=True)
    clock = models.CharField(_("in"), max_length=8, choices=Clock, default=Clock.EVENT)
    wording = models.TextField(_("own words"), blank=True, default="", max_length=2000)
    includes_late_joiners = models.BooleanField(_("also who joins later"), default=False)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes_before__isnull=False, days_before=None, at_time=None)
                | Q(minutes_before=None, days_before__isnull=False, at_time__isnull=False),
                name="rule_offset_or_wall_clock",
                violation_error_message=_("Give either minutes before the start, or days before and a time of day."),
            )
        ]

    def __str__(self) -> str:
        if self.minutes_before is not None:
            return f"{self.minutes_before} min → {self.audience}"
        return f"{self.days_before} d {self.at_time} → {self.audience}"

    @property
    def key(self) -> str:
        """The rule's name in ``notifications.Reminder``."""
        return f"events.reminderrule:{self.pk}"

    @property
    def kind(self) -> str:
        return "event_answer_request" if self.audience == self.Audience.UNANSWERED else "event_reminder"

    @property
    def is_per_reader(self) -> bool:
        return self.minutes_before is None and self.clock == self.Clock.READER

    def clean(self) -> None:
        super().clean()
        has_wall_clock = self.days_before is not None and self.at_time is not None
        if (self.minutes_before is not None) == has_wall_clock or (self.days_before is None) != (self.at_time is None):
            raise ValidationError(_("Give either minutes before the start, or days before and a time of day."))
        event = getattr(self, "event", None)
        if event is None or event.starts_at is None:
            return
        if self.days_before is not None and self.days_before > MOST_DAYS:
            return  # Said beside the field; so many days before there may be no date at all.
        if not self._can_fire():
            raise ValidationError(_("This reminder would come when the event has begun. Choose an earlier time."))
        if self._is_retimed() and self._has_gone_out():
            raise ValidationError(
                _("This reminder went out already for this date, so its time stays. Add a new rule instead.")
            )

    def _can_fire(self) -> bool:
        """Whether it comes before the start, for some reader at least."""
        if self.minutes_before is not None:
            return self.minutes_before > 0
        zones = _EVERY_CLOCK if self.is_per_reader else [self.event.time_zone]
        return any(self.due_at(zone) < self.event.starts_at for zone in zones)

    def _is_retimed(self) -> bool:
        """Whether the saved rule is due at another time. One query."""
        saved = ReminderRule.objects.filter(pk=self.pk).values_list(*_TIMING).first()
        return saved is not None and saved != tuple(getattr(self, name) for name in _TIMING)

    def _has_gone_out(self) -> bool:
        """Whether people were reminded by this rule of the present start. One query."""
        mine = Reminder.objects.about(self.event).filter(rule=self.key, anchor_at=self.event.starts_at)
        return mine.filter(state=Reminder.State.SENT).exists()

    def due_at(self, zone: tzinfo) -> datetime:
        """Return the due instant in UTC.

        ``zone`` is where a wall-clock time is read; DST gaps and folds as in core.zones.
        """
        if self.minutes_before is not None:
            return self.event.starts_at - timedelta(minutes=self.minutes_before)
        day = self.event.starts_at.astimezone(zone).date() - timedelta(days=self.days_before or 0)
        instant, _remark = resolve_wall_time(datetime.combine(day, self.at_time), zone)  # type: ignore[arg-type]  # the constraint gives both
        return instant
