"""What a restore carries over of circulations: who was taken off stays off, what was cancelled or closed stays so.

How one ended is announced again, as it was then: some of those mails may not have left yet. Who got theirs stands in
the ledger, which is carried over as well, and gets no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.members.models import Group, Topic
from apps.notifications import reminders
from apps.notifications.announcements import announce_later
from apps.publications.actions.circulating import CANCELLATION, move_paper, state_before
from apps.publications.actions.summarising import readers_of, summary_occasion
from apps.publications.models import Circulation, Consultee, Publication

_State = Circulation.State


def offer() -> None:
    """Register. Called once, when the application is ready."""
    carryover.register("publications.consultee", collect_consultees, apply_consultees)
    carryover.register("publications.circulation", collect_circulations, apply_circulations)


def collect_circulations(taken_at: datetime) -> Kept:
    """The circulations that were opened or cancelled: how they ended, and when they were changed last."""
    known = Circulation.objects.exclude(state=_State.PREPARED).order_by("pk")
    fields = ("pk", "state", "cancel_reason", "closed_at", "summarised_at", "updated_at")
    return known.values(*fields).iterator(CHUNK)


def apply_circulations(records: Iterator[Record]) -> Iterator[str]:
    """Cancel or close again what was cancelled or closed; who was told is not told again.

    Its deadline stands in calendars under a number that its last change gives (``calendarentries``): that counts on.
    """
    for record in records:
        circulation = Circulation.objects.named().filter(pk=record["pk"]).first()
        if circulation is None:
            continue
        if _is_newer(record, circulation):
            circulation.save(update_fields=["updated_at"])
        if record["state"] == _State.CANCELLED and circulation.state != _State.CANCELLED:
            yield _cancel(circulation, record)
        elif record["state"] == _State.CLOSED and circulation.is_open:
            yield _close(circulation, record)


def _is_newer(record: Record, row: Circulation | Consultee) -> bool:
    changed_at = parse_datetime(record["updated_at"])
    return changed_at is not None and changed_at > row.updated_at


def _cancel(circulation: Circulation, record: Record) -> str:
    was_open = circulation.is_open
    circulation.state, circulation.cancel_reason = _State.CANCELLED, record["cancel_reason"]
    circulation.save(update_fields=["state", "cancel_reason", "updated_at"])
    reminders.plan(circulation, [])
    if was_open:
        move_paper(None, circulation, state_before(circulation), timezone.now())
        asked = list(circulation.consultees.concerned().order_by("pk").values_list("member", flat=True))
        announce_later("circulation_cancelled", circulation, asked, CANCELLATION)
    return f"Circulation {circulation.pk} “{circulation}”: cancelled since the backup, stays so."


def _close(circulation: Circulation, record: Record) -> str:
    """The paper's comments are resolved next. If it was told how the circulation ended, it is to whom it was not."""
    circulation.state = _State.CLOSED
    circulation.closed_at = parse_datetime(record["closed_at"] or "")
    circulation.summarised_at = parse_datetime(record["summarised_at"] or "")
    circulation.save(update_fields=["state", "closed_at", "summarised_at", "updated_at"])
    reminders.plan(circulation, [])
    move_paper(None, circulation, Publication.State.RESOLVING, timezone.now())
    if circulation.summarised_at:
        told = list(readers_of(circulation).order_by("pk").values_list("pk", flat=True))
        announce_later("circulation_summary", circulation, told, summary_occasion(circulation))
    return f"Circulation {circulation.pk} “{circulation}”: closed since the backup, stays so."


def collect_consultees(taken_at: datetime) -> Kept:
    """Those who are asked and whom nobody has taken off, through what, as what, and when that was changed last."""
    asked = Consultee.objects.filter(removed_at=None).order_by("pk")
    return asked.values("pk", "via_group", "via_topic", "is_reviewer", "updated_at").iterator(CHUNK)


def apply_consultees(records: Iterator[Record]) -> Iterator[str]:
    """Take off who was taken off; nobody is told. Of the others the last change counts on, as of circulations."""
    standing = {record["pk"]: record for record in records}
    restored = Consultee.objects.filter(removed_at=None).order_by("pk")
    for consultee in restored.select_related("circulation__publication", "circulation__version").iterator(CHUNK):
        record = standing.get(consultee.pk)
        if record is None:
            Consultee.objects.filter(pk=consultee.pk).update(removed_at=timezone.now())
            who, what = f"Member {consultee.member_id}", consultee.circulation
            yield f"{who}: taken off the circulation “{what}” since the backup, stays so."
            continue
        yield from _bind(consultee, record)
        yield from _release(consultee, record)
        if _is_newer(record, consultee):
            consultee.save(update_fields=["updated_at"])


def _bind(consultee: Consultee, record: Record) -> Iterator[str]:
    """Let the access of who is asked through a group or a topic today end with it, however they were asked then."""
    via = record["via_group"], record["via_topic"]
    if via in ((None, None), (consultee.via_group_id, consultee.via_topic_id)):
        return
    through = Group.objects.filter(pk=via[0]).first() or Topic.objects.filter(pk=via[1]).first()
    if through is not None:
        Consultee.objects.filter(pk=consultee.pk).update(via_group=via[0], via_topic=via[1])
        consultee.other_groups.clear()
        consultee.other_topics.clear()
        who, what = f"Member {consultee.member_id}", consultee.circulation
        yield f"{who}: asked in the circulation “{what}” through “{through}” alone, as today."


def _release(consultee: Consultee, record: Record) -> Iterator[str]:
    """Let who was a reviewer then and is asked as a reader today, taken off in between, owe no answer."""
    if consultee.is_reviewer and not record["is_reviewer"]:
        Consultee.objects.filter(pk=consultee.pk).update(is_reviewer=False)
        who, what = f"Member {consultee.member_id}", consultee.circulation
        yield f"{who}: asked in the circulation “{what}” as a reader, as today."
