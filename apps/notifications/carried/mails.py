"""The ledger of today over that of the backup: a mail that was sent since is sent, whatever the backup says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from apps.core.carryover import CHUNK, Kept, Record
from apps.notifications.models import Announcement, OutgoingMail, Reminder

State = OutgoingMail.State

# Between sending a mail and noting it, and between two clocks, less than this passes.
MARGIN = timedelta(hours=1)
OUTCOME = ("state", "reason", "attempts", "message_id", "written_at", "sent_at", "sent_to", "server_reply")
# Bodies stay behind: the mail is a fact, its text may name what is no longer here.
BODIES = ("text_body", "html_body", "attachments", "sealed")

_FIELDS = {field.attname: field for field in OutgoingMail._meta.concrete_fields if field.name not in BODIES}

type Key = tuple[str, str, str, str]
type Saying = tuple[str, str, str]


def collect(taken_at: datetime) -> Kept:
    """Mails that left since the backup, that may have left, or that the server refused for good."""
    left = Q(state=State.SENT, sent_at__gte=taken_at - MARGIN)
    told = Q(state__in=[State.SENDING, State.UNCLEAR, State.FAILED])
    mails = (
        OutgoingMail.objects.filter(left | told)
        .order_by("pk")
        .values(*_FIELDS, "about_type__app_label", "about_type__model")
    )
    for record in mails.iterator(CHUNK):
        if record["state"] == State.SENDING:
            record |= {"state": State.UNCLEAR, "reason": noop("it was being sent before the restore")}
        yield record | {"claim_token": "", "lease_until": None}


def apply(records: Iterator[Record]) -> Iterator[str]:
    """Give the rows of the backup the outcome they had, and add those it lacks where their member is here."""
    settled = added = 0
    for chunk in batched(records, CHUNK):
        living = {_key(record): record for record in chunk}
        restored = _restored(living)
        settled += _settle(restored, living)
        added += _add([record for key, record in living.items() if key not in restored])
    if settled or added:
        yield f"{settled + added} mails sent or tried since the backup are not sent again."


def _restored(living: dict[Key, Record]) -> dict[Key, OutgoingMail]:
    """The backup's rows for the same mails. One query; the recipients narrow it down."""
    rows = OutgoingMail.objects.filter(recipient_key__in={key[0] for key in living}).defer(*BODIES)
    found = {(row.recipient_key, row.kind, row.about_key, row.occasion): row for row in rows}
    return {key: row for key, row in found.items() if key in living}


def _settle(restored: dict[Key, OutgoingMail], living: dict[Key, Record]) -> int:
    changed = [row for key, row in restored.items() if row.state not in (State.SENT, living[key]["state"])]
    for row in changed:
        record = living[row.recipient_key, row.kind, row.about_key, row.occasion]
        for name in OUTCOME:
            setattr(row, name, _value(name, record))
        row.claim_token, row.lease_until, row.sealed = "", None, b""
    OutgoingMail.objects.bulk_update(changed, [*OUTCOME, "claim_token", "lease_until", "sealed"])
    return len(changed)


def _add(records: list[Record]) -> int:
    """Add rows under their old numbers, which lead from the unsubscribe links in the mails to them."""
    people = _present(get_user_model(), records, "member_id")
    announcements, reminders = _announcements(records), _present(Reminder, records, "reminder_id")
    rows = [
        _row(record, announcements, reminders)
        for record in records
        if record["member_id"] in people or record["recipient_key"].startswith("address:")
    ]
    OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(record: Record, announcements: dict[Saying, int], reminders: set[int]) -> OutgoingMail:
    row = OutgoingMail(**{name: _value(name, record) for name in _FIELDS})
    row.about_type = _content_type(record)
    row.announcement_id = announcements.get(_saying(record)) if record["announcement_id"] else None
    row.reminder_id = record["reminder_id"] if record["reminder_id"] in reminders else None
    return row


def _announcements(records: list[Record]) -> dict[Saying, int]:
    """The announcements here by what they say: one made since the backup, and perhaps again, has another number."""
    said = [_saying(record) for record in records if record["announcement_id"]]
    same = Announcement.objects.filter(kind__in={kind for kind, _about, _occasion in said})
    same = same.filter(occasion__in={occasion for _kind, _about, occasion in said}).order_by("-pk")
    facts = ("kind", "about_type__app_label", "about_type__model", "about_id", "occasion", "pk")
    return {
        (kind, f"{label}.{model}:{about}", occasion): pk
        for kind, label, model, about, occasion, pk in same.values_list(*facts)
    }


def _present(model: Any, records: list[Record], name: str) -> set[int]:
    wanted = {record[name] for record in records}
    return set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))


def _content_type(record: Record) -> ContentType | None:
    """By name: the numbers of content types may differ."""
    label = record["about_type__app_label"]
    return ContentType.objects.get_by_natural_key(label, record["about_type__model"]) if label else None


def _value(name: str, record: Record) -> Any:
    return _FIELDS[name].to_python(record[name])


def _key(record: Record) -> Key:
    return (record["recipient_key"], *_saying(record))


def _saying(record: Record) -> Saying:
    return (record["kind"], record["about_key"], record["occasion"])
