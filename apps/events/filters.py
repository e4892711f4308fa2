"""What the list of events can be narrowed by, from the query string."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from apps.core.filters import Choices, ListFilter, OneOf, choice_rows, choices_in, united
from apps.core.prepared import Prepared
from apps.events.models import Event, Occasion
from apps.members.models import Group, Member, Phase, Topic


class EventFilter(ListFilter):
    """By funding phase, kind, topic (a key area with its finer topics), group and occasion.

    Groups are offered, and filtered by, only as far as ``reader`` may see them. One query for all choices, one more
    when a phase is chosen.
    """

    phase = OneOf(label=_("Phase"), method="in_phase")
    kind = OneOf(label=_("Kind"), choices=Event.Kind.choices)
    topic = OneOf(label=_("Topic"), method="on_topic")
    group = OneOf(label=_("Group"), field_name="group__slug")
    occasion = OneOf(label=_("Occasion"), field_name="occasion")

    class Meta:
        model = Event
        fields = ("phase", "kind", "topic", "group", "occasion")

    def __init__(self, data: Any, queryset: QuerySet[Event], *, reader: Member | None) -> None:
        super().__init__(data, queryset)
        choices = choices_for(reader)
        for name in ("phase", "topic", "group", "occasion"):
            self.filters[name].extra["choices"] = choices[name]

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def in_phase(self, events: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        """Events belong to a phase by their date (in UTC)."""
        phase = Phase.objects.get(pk=value)
        events = events.filter(starts_at__gte=datetime.combine(phase.starts_on, time.min, UTC))
        if phase.ends_on is None:
            return events
        return events.filter(starts_at__lte=datetime.combine(phase.ends_on, time.max, UTC))

    def on_topic(self, events: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        return events.filter(pk__in=_ON_TOPIC.within(None, value))


def _on_topic(_nobody: None, slug: str) -> QuerySet[Any]:
    named = Q(topic__slug=slug) | Q(topic__parent__slug=slug)
    return Event.topics.through.objects.filter(named).values("event")


_ON_TOPIC = Prepared(_on_topic)


def choices_for(reader: Member | None) -> dict[str, Choices]:
    """Return the choices of the filters that are rows, by filter name. One query."""
    return choices_in(_CHOICES.rows(reader))


def _choices(reader: Member | None) -> QuerySet[Any]:
    return united(
        choice_rows("phase", Phase.objects.all(), "pk", "name"),
        choice_rows("topic", Topic.objects.all(), "slug", "title", place="position"),
        choice_rows("group", Group.objects.visible_to(reader), "slug", "name"),
        # Some are named after a meeting of a few.
        choice_rows("occasion", Occasion.objects.alias(seen=_seen_at(reader)).exclude(seen=None), "pk", "name"),
    )


def _seen_at(reader: Member | None) -> Subquery:
    """Something that the reader may see of an occasion of the query around.

    Not EXISTS: PostgreSQL would make a join of it, and look at all events there are.
    """
    return Subquery(Event.objects.visible_to(reader).filter(occasion=OuterRef("pk")).order_by().values("pk")[:1])


_CHOICES = Prepared(_choices)
