"""Changes and cancellations: each told, and to everybody it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from apps.events.ledger.mails import mails_to_part
from apps.events.ledger.settled import invited_since
from apps.events.models import Event, Participation
from apps.notifications.ledger import GRACE
from apps.notifications.models import Announcement

# A change is one notice to those who knew the event as it was, ".0", and one more to each group told late before.
_NOTICES = Q(kind="event_cancelled") | Q(kind="event_changed", occasion__endswith=".0")


def differences(now: datetime) -> Iterator[str]:
    """Yield changes and cancellations not told, or not to all. Five queries, and two for each that missed somebody."""
    for event in Event.objects.settling(now - GRACE).values_list("pk", flat=True):
        yield f"event {event}: its change has settled and nobody was told"
    yield from _changes_without_notice()
    yield from _cancellations_without_notice()
    for kind in ("event_changed", "event_cancelled"):
        for notice in _suspects(kind).iterator(chunk_size=1):
            yield from _passed_over(notice)


def _notices() -> QuerySet[Any]:
    return Announcement.objects.filter(_NOTICES, about_type=ContentType.objects.get_for_model(Event))


def _changes_without_notice() -> Iterator[str]:
    """``revision`` counts the changes that were told."""
    changes = _notices().filter(kind="event_changed").order_by()
    told = dict(changes.values_list("about_id").annotate(count=Count("occasion", distinct=True)))
    for event, revision in Event.objects.exclude(revision=0).values_list("pk", "revision").iterator():
        if told.get(event, 0) < revision:
            yield f"event {event}: of {revision} changes only {told.get(event, 0)} were told"


def _cancellations_without_notice() -> Iterator[str]:
    told = _notices().filter(kind="event_cancelled").values("about_id")
    for event in Event.objects.filter(state=Event.State.CANCELLED).exclude(pk__in=told).values_list("pk", flat=True):
        yield f"event {event}: it was cancelled and nobody was told"


def _suspects(kind: str) -> QuerySet[Any]:
    """Notices that left out somebody who had been invited, and has not changed anything since."""
    written = mails_to_part(kind).filter(created_at__gte=OuterRef(OuterRef("created_at")))
    owed = _concerned().filter(~Exists(written), event=OuterRef("about_id"), updated_at__lt=OuterRef("created_at"))
    return _notices().filter(Exists(owed), kind=kind)


def _concerned() -> QuerySet[Any]:
    """Also who is suspended: the mail is written, and goes when they are let in again."""
    return Participation.objects.concerned()


def _passed_over(notice: Announcement) -> Iterator[str]:
    """Who was confirmed for it is checked against the ledger by the engine."""
    confirmed = Announcement.objects.filter(
        kind=notice.kind, about_type=notice.about_type_id, about_id=notice.about_id, created_at__gte=notice.created_at
    )
    known = {member for ids in confirmed.values_list("member_ids", flat=True) for member in ids}
    written = mails_to_part(notice.kind).filter(created_at__gte=notice.created_at)
    owed = _concerned().filter(~Exists(written), event=notice.about_id, updated_at__lt=notice.created_at)
    for member in invited_since(owed, notice.created_at).order_by("member").values_list("member", flat=True):
        if member not in known:
            yield f"event {notice.about_id}: member {member} was not told by announcement {notice.pk} ({notice.kind})"
