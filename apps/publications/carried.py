"""What a restore carries over of publications: what was moved, taken back, withdrawn or shown to fewer stays so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.members.carried import audience
from apps.publications.models import Author, Publication, Step, Version

_State = Publication.State
_WRITTEN = ("group", "visibility", "state", "withdrawn_reason", "publish_at", "publish_fault", "updated_at")


def offer() -> None:
    """Register everything. Called once, when the application is ready; applied in the opposite order."""
    carryover.register("publications.version", collect_versions, apply_versions)
    carryover.register("publications.publication", collect_publications, apply_publications)
    carryover.register("publications.author", collect_authors, apply_authors)


def collect_publications(taken_at: datetime) -> Kept:
    """Whose each publication is and who may see it, and when it is to come out by itself, with which file."""
    newest = Version.objects.filter(publication=OuterRef("pk")).newest_first().values("pk")[:1]
    fields = ("pk", "group", "visibility", "state", "withdrawn_reason", "publish_at", "newest")
    return Publication.objects.annotate(newest=Subquery(newest)).order_by("pk").values(*fields).iterator(CHUNK)


def apply_publications(records: Iterator[Record]) -> Iterator[str]:
    """Give to other, fewer or no readers what was moved, narrowed or closed. What was deleted is a draft again."""
    living = set()
    for record in records:
        living.add(record["pk"])
        publication = Publication.objects.filter(pk=record["pk"]).first()
        if publication is not None:
            name = _name(publication)
            sentences = [*audience.follow(publication, record, name), *_close(publication, record)]
            sentences += [*_withdraw(publication, record), *_put_off(publication, record)]
            publication.save(update_fields=_WRITTEN)
            yield from sentences
    for publication in Publication.objects.order_by("pk").iterator(CHUNK):
        if publication.pk not in living:
            _take_back(publication)
            publication.publish_at = None
            publication.save(update_fields=_WRITTEN)
            yield f"{_name(publication)}: deleted since the backup, is there again, as a draft."


def _name(publication: Publication) -> str:
    return f"Publication {publication.pk} “{publication}”"


def _close(publication: Publication, record: Record) -> Iterator[str]:
    if record["state"] not in Publication.OUT and not publication.is_draft:
        _take_back(publication)
        yield f"{_name(publication)}: taken back to draft since the backup, stays so."


def _take_back(publication: Publication) -> None:
    """Make it a draft, whichever it became later; no version of it is open to readers, as in ``take_step``."""
    if publication.is_draft:
        return
    publication.state, publication.withdrawn_reason = _State.DRAFT, ""
    publication.versions.update(published_at=None)
    _note(publication)


def _withdraw(publication: Publication, record: Record) -> Iterator[str]:
    if record["state"] == _State.WITHDRAWN and publication.state == _State.PUBLISHED:
        publication.state, publication.withdrawn_reason = _State.WITHDRAWN, record["withdrawn_reason"]
        _note(publication, publication.withdrawn_reason)
        yield f"{_name(publication)}: withdrawn since the backup, stays so."


def _put_off(publication: Publication, record: Record) -> Iterator[str]:
    """What came out at its time meanwhile may do so again; any other time than today's may not come, nor any with a
    file that has been replaced.
    """
    if publication.publish_at is None:
        return
    newest = publication.versions.newest_first().values_list("pk", flat=True).first()
    if newest != record["newest"]:
        publication.publish_at, publication.publish_fault = None, ""
        yield f"{_name(publication)}: not to be published by itself, the newest file is not in the backup."
        return
    time = parse_datetime(record["publish_at"]) if record["publish_at"] else None
    if publication.publish_at == time or record["state"] == _State.PUBLISHED:
        return
    publication.publish_at, publication.publish_fault = time, ""
    when = f"is to be published at {time:%Y-%m-%d %H:%M} UTC" if time else "is not to be published by itself any more"
    yield f"{_name(publication)}: {when}, as today."


def _note(publication: Publication, note: str = "") -> None:
    Step.objects.create(publication=publication, state=publication.state, at=timezone.now(), by=None, note=note)


def collect_versions(taken_at: datetime) -> Kept:
    """The files that are open to readers."""
    return Version.objects.exclude(published_at=None).order_by("pk").values("pk").iterator(CHUNK)


def apply_versions(records: Iterator[Record]) -> Iterator[str]:
    """Close the files that were closed, after it stands what is published. What has none left for readers is a draft:
    those of today are not here, and the next one to come out is for a person to choose.
    """
    standing = {record["pk"] for record in records}
    opened = Version.objects.exclude(published_at=None).select_related("publication").defer("text")
    closed = [version for version in opened.order_by("publication", "number") if version.pk not in standing]
    Version.objects.filter(pk__in=[version.pk for version in closed]).update(published_at=None)
    for version in closed:
        yield f"{_name(version.publication)}: file {version.number} closed to readers since the backup, stays so."
    touched = Publication.objects.current().filter(pk__in={version.publication_id for version in closed})
    still_open = Version.objects.exclude(published_at=None).values("publication")
    for publication in touched.exclude(pk__in=still_open).order_by("pk"):
        _take_back(publication)
        publication.save(update_fields=_WRITTEN)
        yield f"{_name(publication)}: no file that readers may open is in the backup, is a draft. Please look."


def collect_authors(taken_at: datetime) -> Kept:
    """Which members are named as authors: they see the drafts."""
    pairs = Author.objects.exclude(member=None).order_by("publication", "member")
    return pairs.values("publication", "member").distinct().iterator(CHUNK)


def apply_authors(records: Iterator[Record]) -> Iterator[str]:
    """Part from the author on the title page the member who was taken off as one; the name stays there."""
    living = {(record["publication"], record["member"]) for record in records}
    for author in Author.objects.exclude(member=None).select_related("publication").order_by("pk").iterator(CHUNK):
        if (author.publication_id, author.member_id) not in living:
            who, author.member = author.member_id, None
            author.save(update_fields=["member", "updated_at"])
            name = _name(author.publication)
            yield f"{name}: member {who} is not its author any more since the backup, stays so."
