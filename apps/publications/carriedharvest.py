"""What a restore carries over of what harvesters were told: a record they took is marked as gone instead of lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.publications.models import HarvestRecord, Publication

_TOLD = ("sets", "digest", "is_deleted")


def offer() -> None:
    """Register. Called once, when the application is ready; before publications, so that it is applied after them."""
    carryover.register("publications.harvestrecord", collect, apply)


def collect(taken_at: datetime) -> Kept:
    """Every record, with what was told last. It goes by its identifier: the title may be another by now, and secret."""
    rows = HarvestRecord.objects.order_by("pk")
    return rows.values("identifier", "publication", "changed_at", *_TOLD).iterator(CHUNK)


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Keep a deleted record of what was first open to all after the backup (OAI-PMH 2.0, 2.5.1, "persistent"), and
    date anew what says again what it said then: who harvests by date would not hear of it.
    """
    now = timezone.now().replace(microsecond=0)
    for record in records:
        restored = HarvestRecord.objects.filter(identifier=record["identifier"]).first()
        if restored is None:
            _make_gone(record, now)
            name = record["identifier"]
            yield f"Harvested record {name}: first open to all since the backup, harvesters are told that it is gone."
        elif _says_less(restored, record):
            HarvestRecord.objects.filter(pk=restored.pk).update(changed_at=now)


def _make_gone(record: Record, now: datetime) -> None:
    """Tie it to the publication where that is there: open to all once more, it goes by the same name."""
    publication = Publication.objects.filter(pk=record["publication"], harvest_record=None).first()
    gone = HarvestRecord(identifier=record["identifier"], publication=publication, sets=record["sets"])
    gone.is_deleted, gone.changed_at = True, now
    gone.save(force_insert=True)


def _says_less(restored: HarvestRecord, record: Record) -> bool:
    told = parse_datetime(record["changed_at"])
    is_other = any(getattr(restored, name) != record[name] for name in _TOLD)
    return is_other and told is not None and told > restored.changed_at
