"""The event, and the host conference it takes place beside."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from timezone_field import TimeZoneField

from apps.core.lines import validate_one_line
from apps.core.links import address
from apps.core.models import Timestamped
from apps.core.searched import Searched
from apps.events.mails import EventMails
from apps.events.querysets import LONGEST, EventQuerySet
from apps.members.models import Group, Topic
from apps.members.permissions import Visibility

if TYPE_CHECKING:
    from apps.members.models import Member

MAX_TEXT = 50_000

# Mode of taking part: its counter and its limit.
_COUNTERS = {"in_person": ("seats_taken", "capacity"), "online": ("online_taken", "online_capacity")}


class Occasion(Searched, Timestamped):
    """The host conference: a COP, a session of the Subsidiary Bodies, a climate week."""

    class Kind(models.TextChoices):
        COP = "cop", _("COP")
        SB_SESSION = "sb", _("SB session")
        CLIMATE_WEEK = "climate_week", _("Regional Climate Week")
        INNOVATE4CLIMATE = "i4c", _("Innovate4Climate")
        SUPERVISORY_BODY = "sbm", _("Article 6.4 Supervisory Body meeting")
        WORKSHOP = "workshop", _("Own workshop")
        WEBINAR = "webinar", _("Webinar")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=150, unique=True, validators=[validate_one_line])
    place = models.CharField(_("place"), max_length=150, blank=True, default="", validators=[validate_one_line])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="occasion_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Event(Searched, EventMails, Timestamped):
    """A meeting, workshop or webinar of a group, from draft to held or cancelled.

    Instants are kept in UTC beside the IANA zone of the place. ``seats_taken`` and ``online_taken`` are the counters
    that
    keep capacity exact under parallel answers; ``told`` is what participants were last told while a change settles.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        WORKSHOP = "workshop", _("Workshop")
        WEBINAR = "webinar", _("Webinar")
        SIDE_EVENT = "side_event", _("Side event")
        BRIEFING = "briefing", _("Briefing")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SCHEDULED = "scheduled", _("scheduled")
        CANCELLED = "cancelled", _("cancelled")
        HELD = "held", _("held")

    class Format(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        ONLINE = "online", _("online")
        BOTH = "both", _("in person and online")

    title = models.CharField(_("title"), max_length=200, validators=[validate_one_line])
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    lead = models.CharField(
        _("in one sentence"), max_length=300, blank=True, default="", validators=[validate_one_line]
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MEETING)
    group = models.ForeignKey(Group, models.PROTECT, verbose_name=_("group"), related_name="events")
    visibility = models.CharField(_("visible to"), max_length=12, choices=Visibility, default=Visibility.GROUP)
    occasion = models.ForeignKey(
        Occasion, models.PROTECT, verbose_name=_("occasion"), null=True, blank=True, related_name="events"
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="events")
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    time_zone = TimeZoneField(_("time zone of the event"), default="UTC")
    format = models.CharField(_("takes place"), max_length=12, choices=Format, default=Format.BOTH)
    place = models.CharField(_("place"), max_length=200, blank=True, default="", validators=[validate_one_line])
    online_link = models.URLField(
        _("online link"),
        max_length=500,
        blank=True,
        default="",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Shown to invited people only; never in public pages, calendar files or feeds."),
    )
    capacity = models.PositiveIntegerField(
        _("seats in person"), null=True, blank=True, help_text=_("Leave empty for no limit.")
    )
    online_capacity = models.PositiveIntegerField(
        _("places online"), null=True, blank=True, help_text=_("Leave empty for no limit.")
    )
    is_chatham_house = models.BooleanField(_("Chatham House Rule"), default=False)
    participants_hidden = models.BooleanField(
        _("hide the list of participants"),
        null=True,
        blank=True,
        help_text=_("Unknown: hidden when the Chatham House Rule applies."),
    )
    agenda = models.TextField(
        _("agenda"), blank=True, default="", validators=[MaxLengthValidator(MAX_TEXT)], help_text=_("Markdown.")
    )
    public_summary = models.TextField(
        _("public summary"), blank=True, default="", validators=[MaxLengthValidator(MAX_TEXT)], help_text=_("Markdown.")
    )
    is_sample = models.BooleanField(_("sample"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    cancel_reason = models.CharField(
        _("reason of the cancellation"), max_length=300, blank=True, default="", editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="events_created"
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    told = models.JSONField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    settles_at = models.DateTimeField(null=True, editable=False)
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    online_taken = models.PositiveIntegerField(default=0, editable=False)
    queue_counter = models.PositiveIntegerField(default=0, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="event_ends_after_start",
                violation_error_message=_("The end must lie after the start."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(seats_taken__lte=F("capacity")),
                name="event_seats_within_capacity",
                violation_error_message=_("More people than this have a seat already."),
            ),
            models.CheckConstraint(
                condition=Q(online_capacity=None) | Q(online_taken__lte=F("online_capacity")),
                name="event_online_within_capacity",
                violation_error_message=_("More people than this take part online already."),
            ),
        ]
        indexes = [
            # In the order of the lists, with all that decides who sees an event in them: passing over a row is cheap.
            models.Index(
                fields=["starts_at", "id", "ends_at", "state", "visibility", "group", "created_by"],
                name="event_listed",
            ),
            models.Index(fields=["group", "starts_at"], name="event_by_group"),
            models.Index(fields=["settles_at"], condition=~Q(settles_at=None), name="event_settling"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("events:detail", self.slug)

    def clean(self) -> None:
        super().clean()
        if not (self.starts_at and self.ends_at):
            return
        if self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must lie after the start.")})
        if self.ends_at - self.starts_at > LONGEST:
            longest = ngettext("One event lasts %d day at most.", "One event lasts %d days at most.", LONGEST.days)
            raise ValidationError({"ends_at": longest % LONGEST.days})

    # What the access policy asks (members.permissions.Thing).

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def owning_group_id(self) -> int:
        return self.group_id

    def is_by(self, member: Member) -> bool:
        return self.created_by_id == member.pk

    @classmethod
    def authored_q(cls, member: Member) -> Q:
        return Q(created_by=member.pk)

    @classmethod
    def draft_q(cls) -> Q:
        return Q(state=cls.State.DRAFT)

    def is_open_to(self, member: Member) -> bool:
        known = self.known_participations
        if member.pk in known:
            part = known[member.pk]
            return part is not None and part.is_live_for(member)
        return self.participations.live_for(member).exists()

    @classmethod
    def opened_q(cls, member: Member) -> Q:
        participations: Any = cls._meta.get_field("participations").related_model
        return Q(pk__in=participations.objects.live_for(member).values("event"))

    def lock(self) -> None:
        """Hold this event's row until the transaction ends, on SQLite and PostgreSQL alike, by an UPDATE that
        changes nothing.
        """
        Event.objects.filter(pk=self.pk).update(queue_counter=F("queue_counter"))

    def take_seat(self, mode: str) -> bool:
        """Take one seat by a conditional UPDATE on the counter; False when all are taken."""
        counter, limit = _COUNTERS[mode]
        free = Event.objects.filter(Q(**{limit: None}) | Q(**{f"{counter}__lt": F(limit)}), pk=self.pk)
        return free.update(**{counter: F(counter) + 1}) == 1

    def give_back_seat(self, mode: str) -> None:
        """Put one seat back into the counter."""
        counter, _limit = _COUNTERS[mode]
        Event.objects.filter(pk=self.pk).update(**{counter: F(counter) - 1})

    # What follows from the fields.

    @property
    def hides_participants(self) -> bool:
        return self.is_chatham_house if self.participants_hidden is None else self.participants_hidden

    @property
    def is_scheduled(self) -> bool:
        return self.state == self.State.SCHEDULED

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    def offers(self, mode: str) -> bool:
        """Whether one can take part in this way, a ``Participation.Mode``."""
        return {"in_person": self.offers_in_person, "online": self.offers_online}.get(mode, False)

    @property
    def offers_in_person(self) -> bool:
        return self.format != self.Format.ONLINE

    @property
    def offers_online(self) -> bool:
        return self.format != self.Format.IN_PERSON

    @property
    def has_untold_change(self) -> bool:
        """Whether something settles that is not what was told last; there and back again, it is."""
        return self.settles_at is not None and self.told not in (None, self.snapshot)

    @property
    def snapshot(self) -> dict[str, Any]:
        """What participants must be told when it changes. Instants as ISO 8601 in UTC."""
        return {
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "time_zone": str(self.time_zone),
            "format": self.format,
            "place": self.place,
            "online_link": self.online_link,
        }

    def takes_answers(self, now: datetime) -> bool:
        """Whether an invited person may still answer or change their mind: until the start."""
        return self.is_scheduled and now < self.starts_at
