"""Events as one reader meets them: their own part in each, their place in the queue, what they may still answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When

from apps.core.prepared import Prepared
from apps.core.zones import zone_of
from apps.events.forms.answer import AnswerButton, answer_buttons
from apps.events.models import Event, Participation
from apps.members.models import Member, Topic
from apps.members.permissions import allows

# How many a page about something else shows; the list has them all.
SHOWN = 10

# All that a list shows of an event: fifty long agendas weigh megabytes, and each field costs its reading.
LISTED_IN_GROUP = (
    "title",
    "slug",
    "visibility",
    "group",
    "starts_at",
    "ends_at",
    "time_zone",
    "format",
    "place",
    "is_chatham_house",
    "is_sample",
    "state",
    "cancel_reason",
)
LISTED = (*LISTED_IN_GROUP, "group__name", "group__visibility")
# And of an invitation.
ANSWERED = (
    "event",
    "member",
    "via_group",
    "invited_at",
    "answer",
    "mode",
    "queue_number",
    "answered_at",
    "withdrawn_at",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One event for one reader (None: a stranger). ``part`` is their own live invitation, if any."""

    event: Event
    reader: Member | None
    part: Participation | None
    now: datetime

    @property
    def can_answer(self) -> bool:
        return self.part is not None and self.event.takes_answers(self.now)

    @property
    def is_over(self) -> bool:
        return self.event.ends_at <= self.now

    @property
    def buttons(self) -> list[AnswerButton]:
        """The answers to click; none when it is too late."""
        return answer_buttons(self.event, self.part) if self.part is not None and self.can_answer else []

    @property
    def waiting_place(self) -> int | None:
        """The place on the waiting list, counted from 1, while a seat can still come free."""
        return getattr(self.part, "waiting_place", None) if self.can_answer else None

    @property
    def local_start(self) -> datetime:
        """The start on the reader's clock; a stranger's is the clock at the place."""
        return self.event.starts_at.astimezone(zone_of(self.reader) or self.event.time_zone)

    @property
    def group_name(self) -> str:
        """The name of the event's group for those who may see that group, else nothing."""
        group = self.event.group
        return str(group) if allows(self.reader, "members.view_group", group) else ""


def standings(events: Iterable[Event], reader: Member | None, now: datetime) -> list[Standing]:
    """Return the events, in their order, as ``reader`` meets them. One query beside the events' own and the roles'.

    The events come with their group and at least what is ``LISTED``.
    """
    known = list(events)
    parts = {part.event_id: part for part in own_parts(reader, known)}
    return [Standing(event, reader, parts.get(event.pk), now) for event in known]


def own_parts(reader: Member | None, events: list[Event]) -> list[Participation]:
    """Return the reader's live invitations to these events, each with its ``waiting_place``."""
    if not events or reader is None:
        return []
    return _OWN.objects(reader, *(event.pk for event in events))


def _own(reader: Member, *events: int) -> QuerySet[Participation]:
    # Staff see everything without their roles in groups; asking for those here alone would take a query.
    parts = Participation.objects
    mine = parts.live().filter(member=reader.pk) if reader.is_staff else parts.live_for(reader)
    return mine.filter(event__in=events).only(*ANSWERED).annotate(waiting_place=waiting_places())


_OWN = Prepared(_own)


def latest_on_topics(topics: Iterable[Topic], reader: Member | None, now: datetime) -> list[Standing]:
    """Return the latest ``SHOWN`` events on any of these topics that the reader may see, without drafts.

    Two queries beside the roles'.
    """
    return standings(_ON_TOPICS.objects(reader, *(topic.pk for topic in topics)), reader, now)


def _on_topics(reader: Member | None, *topics: int) -> QuerySet[Event]:
    on_topic = Event.topics.through.objects.filter(topic__in=topics).values("event")
    events = Event.objects.visible_to(reader).filter(pk__in=on_topic).exclude(Event.draft_q())
    return events.select_related("group").only(*LISTED).order_by("-starts_at", "-pk")[:SHOWN]


_ON_TOPICS = Prepared(_on_topics)


def with_waiting_place(part: Participation) -> Participation:
    """Give a freshly answered part its ``waiting_place``. One query if it waits, else none."""
    ahead = part.event.participations.live().waiting().filter(mode=part.mode, queue_number__lte=part.queue_number or 0)
    part.waiting_place = ahead.count() if part.is_waiting else None  # type: ignore[attr-defined]  # as the annotation does
    return part


@cache
def waiting_places() -> Case:
    """Those who wait for the same kind of seat up to and including this one; NULL for who does not wait."""
    ahead = Participation.objects.live().filter(
        event=OuterRef("event"), mode=OuterRef("mode"), queue_number__lte=OuterRef("queue_number")
    )
    counted = ahead.order_by().values("event").annotate(places=Count("pk")).values("places")
    # Asked only where somebody waits: the database would else count the people of every event of a list.
    return Case(When(queue_number__isnull=False, then=Subquery(counted)))
