"""What a restore carries over of publications: what was taken back to draft or shown to fewer people stays so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.members.permissions import Visibility
from apps.publications.models import Publication

_WIDTHS = {visibility: width for width, visibility in enumerate(Visibility)}  # the widest first


def offer() -> None:
    """Register everything. Called once, when the application is ready."""
    carryover.register("publications.publication", collect_publications, apply_publications)


def collect_publications(taken_at: datetime) -> Kept:
    """Who may see each publication."""
    return Publication.objects.order_by("pk").values("pk", "visibility", "state").iterator(CHUNK)


def apply_publications(records: Iterator[Record]) -> Iterator[str]:
    """Show to fewer again what was shown to fewer, or to no reader any more."""
    for record in records:
        publication = Publication.objects.filter(pk=record["pk"]).first()
        if publication is not None:
            yield from _narrow(publication, record)
            publication.save(update_fields=["visibility", "state", "updated_at"])


def _narrow(publication: Publication, record: Record) -> Iterator[str]:
    name = f"Publication {publication.pk} “{publication}”"
    if _WIDTHS[Visibility(record["visibility"])] > _WIDTHS[Visibility(publication.visibility)]:
        publication.visibility = record["visibility"]
        yield f"{name}: visible to “{publication.get_visibility_display()}” only, as today."
    if record["state"] == Publication.State.DRAFT and not publication.is_draft:
        publication.state = Publication.State.DRAFT
        yield f"{name}: taken back to draft since the backup, stays so."
