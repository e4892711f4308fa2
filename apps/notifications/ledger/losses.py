"""Members who were confirmed for an announcement and have no row for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from apps.core.models import AuditEntry
from apps.notifications.models import Announcement, OutgoingMail
from apps.notifications.recipients import member_key

# How many confirmed members are held in memory at a time.
CHUNK = 20_000

# Whom an invitation reaches is decided when it is expanded: who is invited already is told nothing.
_CHECKED_BY_ITS_APP = ("event_invitation", "circulation_invitation")

type Lost = dict[int, list[Announcement]]


def differences(now: datetime) -> Iterator[str]:
    """Yield every member lost on the way from an announcement to the ledger. Two queries per 20,000 confirmed."""
    done = Announcement.objects.filter(state=Announcement.State.DONE).exclude(kind__in=_CHECKED_BY_ITS_APP)
    for chunk in _chunks(done.exclude(member_ids=[]).order_by("pk").iterator(chunk_size=20)):
        lost = _lost(chunk)
        if lost:
            yield from _sentences(lost)


def _chunks(announcements: Iterable[Announcement]) -> Iterator[list[Announcement]]:
    chunk: list[Announcement] = []
    size = 0
    for announcement in announcements:
        chunk.append(announcement)
        size += len(announcement.member_ids)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _lost(chunk: list[Announcement]) -> Lost:
    """Return {member: announcements that have no row for them}. One submitted twice shares its rows with its twin."""
    mails = OutgoingMail.objects.filter(
        about_key__in={_about_key(each) for each in chunk}, occasion__in={each.occasion for each in chunk}
    )
    written = defaultdict(set)
    for *saying, key in mails.values_list("kind", "about_key", "occasion", "recipient_key").iterator():
        written[tuple(saying)].add(key)
    lost: Lost = defaultdict(list)
    for each in chunk:
        saying = [each.kind, _about_key(each), each.occasion]
        for member in each.member_ids:
            if member_key(member) not in written[tuple(saying)]:
                lost[member].append(each)
    return lost


def _about_key(announcement: Announcement) -> str:
    """The ledger's key of what it is about, by which the ledger has an index, without loading the thing."""
    about_type = ContentType.objects.get_for_id(announcement.about_type_id)
    return f"{about_type.app_label}.{about_type.model}:{announcement.about_id}"


def _sentences(lost: Lost) -> Iterator[str]:
    status_at = _last_status(lost)
    for member in sorted(_members().filter(pk__in=lost, is_active=True).values_list("pk", flat=True)):
        for each in lost[member]:
            if member not in status_at or status_at[member] < each.created_at:
                yield f"announcement {each.pk} ({each.kind}) has no mail for member {member}"


def _last_status(member_ids: Iterable[int]) -> dict[int, datetime]:
    """When these members were last suspended or let in again: who was shut out at the time was rightly passed over."""
    entries = AuditEntry.objects.filter(
        event=AuditEntry.Event.STATUS,
        about_type=ContentType.objects.get_for_model(_members().model),
        about_id__in=list(member_ids),
    )
    return dict(entries.values_list("about_id").annotate(last=Max("at")))


def _members() -> Any:
    model: Any = Announcement._meta.get_field("made_by").related_model
    return model._default_manager.all()
