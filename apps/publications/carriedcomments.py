"""What a restore carries over of comments: who shows less of themself since the backup still does, and what was taken
back stays away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.publications.models import Attribution, Comment


def offer() -> None:
    """Register. Called once, when the application is ready."""
    carryover.register("publications.comment", collect, apply)


def collect(taken_at: datetime) -> Kept:
    """Which comments there are, and what each says of its writer; whose it is stands nowhere."""
    rows = Comment.objects.order_by("pk").values_list("pk", "attribution", "label")
    return (
        {"pk": str(pk), "attribution": attribution, "label": label}
        for pk, attribution, label in rows.iterator(chunk_size=CHUNK)
    )


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Widen again what was widened, and take away what its writer had taken back. The sentences name no comment."""
    living = {UUID(record["pk"]): (record["attribution"], record["label"]) for record in records}
    widened = taken_back = 0
    for comment in Comment.objects.order_by("pk").iterator(chunk_size=CHUNK):
        if comment.pk not in living:
            comment.delete()
            taken_back += 1
        elif _is_wider(*living[comment.pk], comment):
            widened += 1
    if taken_back:
        yield f"{taken_back} × comment: taken back by the writer since the backup, stays away."
    if widened:
        yield f"{widened} × comment: shows less of the writer since the backup, stays so."


def _is_wider(attribution: str, label: str, comment: Comment) -> bool:
    if not Attribution(attribution).is_wider_than(Attribution(comment.attribution)):
        return False
    comment.attribution, comment.label, comment.author = attribution, label, None
    comment.save(update_fields=["attribution", "label", "author"])
    return True
