"""The records of a harvest, page by page: each page is one range of the index, however far the harvest has come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from apps.publications.models import HARVESTED, HarvestRecord
from apps.publications.oai.arguments import Arguments
from apps.publications.oai.faults import Fault
from apps.publications.oai.places import Place, place_of

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: its records, the place it began at, and the place of the next one."""

    records: list[HarvestRecord]
    place: Place
    next_place: Place | None

    @property
    def is_whole(self) -> bool:
        """Whether the list needs no token: it all stands on this page."""
        return self.place.after is None and self.next_place is None


def leaf_of(arguments: Arguments) -> Leaf:
    """Return the page a request asks for. At most six queries. No record at all is a fault (4.4, 4.5)."""
    place = place_of(arguments)
    rows = _asked(place)
    found = list(_following(rows, place).order_by("changed_at", "pk")[: PER_PAGE + 1])
    if not found:
        raise Fault("noRecordsMatch", "Nothing fits this request.")
    records, more = found[:PER_PAGE], len(found) > PER_PAGE
    if place.after is None:
        place = replace(place, size=rows.count() if more else len(records))
    last = records[-1]
    after = (last.changed_at, last.pk)
    return Leaf(records, place, replace(place, after=after, cursor=place.cursor + len(records)) if more else None)


def record_of(identifier: str) -> HarvestRecord:
    """Return one record by its full name, or raise the fault for one there never was. At most five queries."""
    record = with_publications(HarvestRecord.objects.filter(identifier=identifier)).first()
    if record is None:
        raise Fault("idDoesNotExist", "There is no such record.")
    return record


def with_publications(records: QuerySet[HarvestRecord]) -> QuerySet[HarvestRecord]:
    return records.select_related("publication").prefetch_related(*(f"publication__{each}" for each in HARVESTED))


def _asked(place: Place) -> QuerySet[HarvestRecord]:
    start, end = place.range
    rows = HarvestRecord.objects.all()
    if start:
        rows = rows.filter(changed_at__gte=start)
    if end:
        rows = rows.filter(changed_at__lt=end)
    return rows.filter(sets__contains=f" {place.spec} ") if place.spec else rows


def _following(rows: QuerySet[HarvestRecord], place: Place) -> QuerySet[HarvestRecord]:
    rows = with_publications(rows)
    if place.after is None:
        return rows
    at, pk = place.after
    # The first condition follows from the second, but only it lets the database begin in the middle of the index.
    return rows.filter(changed_at__gte=at).filter(Q(changed_at__gt=at) | Q(changed_at=at, pk__gt=pk))
