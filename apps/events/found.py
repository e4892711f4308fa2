"""What of events is found by words: what their pages say to everybody who sees them, never the link to take part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core import searchable
from apps.core.indexing import words_of
from apps.core.outlines import Outline
from apps.core.prepared import Prepared
from apps.core.searchable import Piece, Row, Searchable
from apps.core.templatetags.portal import badges, when_row
from apps.core.zones import zone_of
from apps.events.models import Event, Occasion
from apps.events.standing import LISTED, Standing
from apps.members.models import Member, Topic

FIELDS = (
    "title",
    "lead",
    "public_summary",
    "agenda",
    "place",
    "occasion",
    "occasion_id",
    "starts_at",
)


def offer() -> None:
    """Make events findable."""
    searchable.register(EVENTS, FIELDS, {Occasion: (("name",), _at_occasions)})


def _pieces(event: Event) -> Iterator[Piece]:
    occasion = event.occasion.name if event.occasion else ""
    texts = (event.lead, words_of(event.public_summary), words_of(event.agenda), event.place, occasion)
    yield Piece(title=event.title, text="\n".join(filter(None, texts)), day=event.starts_at.date())


def _ways(reader: Member | None) -> dict[str, QuerySet[Any]]:
    return {"": Event.objects.visible_to(reader)}


def _on_topic(events: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    topics = Topic.objects.filter(Q(slug=slug) | Q(parent__slug=slug))
    return events.filter(pk__in=Event.topics.through.objects.filter(topic__in=topics).values("event"))


def _in_group(events: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return events.filter(group__slug=slug)


_SEEN = Prepared(lambda reader: Event.objects.visible_to(reader).values("pk"))


def _rows(keys: list[str], reader: Member | None) -> dict[str, Row]:
    """One query."""
    events = Event.objects.filter(_SEEN.holds(reader), pk__in=keys).select_related("group").only(*LISTED)
    return {
        searchable.key_of(event.pk): Row(event.get_absolute_url(), Standing(event, reader, None, event.starts_at))
        for event in events
    }


def _draw(rows: list[Row]) -> list[SafeString]:
    return _FOUND.each((_shown(row.shown), {}) for row in rows)


def _shown(standing: Standing) -> dict[str, Any]:
    event, reader = standing.event, standing.reader
    return {
        "when": when_row(event.starts_at, event.ends_at, event.time_zone, event.place, zone_of(reader)),
        "badges": badges(
            event.visibility if reader else "",
            group_name=standing.group_name,
            is_chatham=event.is_chatham_house,
            is_cancelled=event.is_cancelled,
            is_draft=event.is_draft,
            is_sample=event.is_sample,
        ),
    }


_FOUND = Outline("events/_event_found.html")


def _at_occasions(occasions: Iterable[Any]) -> QuerySet[Any]:
    return Event.objects.filter(occasion__in=occasions)


EVENTS = Searchable(
    kind="event",
    number=2,
    name=_("Event"),
    plural=_("Events"),
    model=Event,
    pieces=_pieces,
    ways=_ways,
    on_topic=_on_topic,
    in_group=_in_group,
    rows=_rows,
    draw=_draw,
    load=lambda events: events.select_related("occasion"),
)
