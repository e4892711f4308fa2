"""Keeping what harvesters are told in line with what is there, also where rows came about without being saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Q

from apps.publications.models import HARVESTED, HarvestRecord, Publication

CHUNK = 500


def settle_harvest(now: datetime) -> int:
    """Go through all publications that are or were open to all; return how many records changed.

    Saving a publication keeps its record by itself: this finds what bulk loads, topics and authors changed. Ten queries
    per 500 publications, each chunk in a transaction of its own; a second run changes nothing.
    """
    gone = HarvestRecord.objects.filter(publication=None, is_deleted=False)
    changed = gone.update(is_deleted=True, changed_at=now.replace(microsecond=0))
    concerned = Publication.objects.filter(
        Q(pk__in=Publication.objects.open_to_all().values("pk")) | Q(harvest_record__is_deleted=False)
    )
    numbers = list(concerned.order_by("pk").values_list("pk", flat=True))
    for chunk in batched(numbers, CHUNK):
        changed += _settle(chunk, now)
    return changed


@transaction.atomic
def _settle(numbers: Iterable[int], now: datetime) -> int:
    publications = Publication.objects.filter(pk__in=numbers).prefetch_related(*HARVESTED).order_by("pk")
    known = {record.publication_id: record for record in HarvestRecord.objects.filter(publication__in=numbers)}
    records = [(known.get(each.pk) or HarvestRecord(publication=each), each) for each in publications]
    changed = [record for record, publication in records if record.fit(publication, now)]
    # Somebody may have saved one of the new ones meanwhile.
    HarvestRecord.objects.bulk_create([record for record in changed if record.pk is None], ignore_conflicts=True)
    old = [record for record in changed if record.pk is not None]
    HarvestRecord.objects.bulk_update(old, ["changed_at", "is_deleted", "sets", "digest"])
    return len(changed)
