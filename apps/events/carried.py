"""What a restore carries over of events: invitations taken back, what was moved or shown to fewer people, and what was
said.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from apps.core import carryover
from apps.core.carryover import CHUNK, Kept, Record
from apps.events.actions.scheduling import CANCELLATION, concerned_members
from apps.events.actions.seats import release_seat
from apps.events.models import CalendarFeed, Event, Participation
from apps.members.carried import audience
from apps.members.models import Group
from apps.notifications import holds, reminders
from apps.notifications.announcements import announce_later

# Each stands in the occasion of mails that were sent, or in calendar files that were handed out.
_COUNTERS = ("sequence", "revision", "queue_counter")
# What decides whether the invited see each other's names.
_HIDING = ("is_chatham_house", "participants_hidden")


def offer() -> None:
    """Register everything. Called once, when the application is ready."""
    carryover.register("events.participation", collect_participations, apply_participations)
    carryover.register_nonces(Participation)
    carryover.register_nonces(CalendarFeed)
    carryover.register("events.event", collect_events, apply_events)
    holds.register_set_aside(forget_settling_changes)


def collect_participations(taken_at: datetime) -> Kept:
    """The invitations that nobody has taken back, and through which group they came."""
    return Participation.objects.filter(withdrawn_at=None).order_by("pk").values("pk", "via_group").iterator(CHUNK)


def apply_participations(records: Iterator[Record]) -> Iterator[str]:
    """Take back what was taken back; nobody is told again."""
    standing = {record["pk"]: record["via_group"] for record in records}
    restored = Participation.objects.filter(withdrawn_at=None).select_related("event").order_by("pk")
    for participation in restored.iterator(CHUNK):
        if participation.pk not in standing:
            release_seat(participation.event, participation)
            participation.save_answer(withdrawn_at=timezone.now())
            who = f"Member {participation.member_id}"
            yield f"{who}: the invitation to “{participation.event}” was taken back since the backup, stays so."
        elif standing[participation.pk] not in (None, participation.via_group_id):
            yield from _bind(participation, standing[participation.pk])


def _bind(participation: Participation, group_id: int) -> Iterator[str]:
    """Let the invitation that came through a group today end with the membership, however it came then."""
    group = Group.objects.filter(pk=group_id).first()
    if group is not None:
        participation.save_answer(via_group=group)
        who = f"Member {participation.member_id}"
        yield f"{who}: invited to “{participation.event}” through “{group}” alone, as today."


def collect_events(taken_at: datetime) -> Kept:
    """Whose each event is, who may see what of it, how far it has counted, whether it is cancelled or settles still."""
    is_settling = ExpressionWrapper(Q(settles_at__isnull=False), output_field=BooleanField())
    known = Event.objects.order_by("pk").annotate(is_settling=is_settling)
    fields = ("pk", "group", "visibility", "state", "cancel_reason", "is_settling", *_HIDING, *_COUNTERS)
    return known.values(*fields).iterator(CHUNK)


def apply_events(records: Iterator[Record]) -> Iterator[str]:
    """Give to other or fewer readers again what was moved or narrowed, keep what was cancelled, tell no change again,
    count on.

    A change told under a number that was told before would count as told.
    """
    living = set()
    for record in records:
        living.add(record["pk"])
        event = Event.objects.filter(pk=record["pk"]).first()
        if event is None:
            continue
        for counter in _COUNTERS:
            setattr(event, counter, max(getattr(event, counter), record[counter]))
        if not record["is_settling"]:
            event.told = event.settles_at = None
        sentences = [*_hide(event, record), *audience.follow(event, record, _name(event)), *_cancel(event, record)]
        event.save()
        yield from sentences
    # What was ever scheduled is not deleted.
    for event in Event.objects.filter(state=Event.State.DRAFT).order_by("pk").iterator(CHUNK):
        if event.pk not in living:
            yield f"{_name(event)}: deleted since the backup, is there again, as a draft."


def _name(event: Event) -> str:
    return f"Event {event.pk} “{event}”"


def _hide(event: Event, record: Record) -> Iterator[str]:
    """Put it under the rule again, and hide the names that are hidden today: by choice, or because the rule says so."""
    is_shown = not event.hides_participants
    if record["is_chatham_house"] and not event.is_chatham_house:
        event.is_chatham_house = True
        yield f"{_name(event)}: under the Chatham House Rule, as today."
    if Event(**{field: record[field] for field in _HIDING}).hides_participants:
        event.participants_hidden = record["participants_hidden"]
        if is_shown:
            yield f"{_name(event)}: hides the list of participants, as today."


def _cancel(event: Event, record: Record) -> Iterator[str]:
    if record["state"] != Event.State.CANCELLED or event.is_cancelled:
        return
    event.state, event.cancel_reason = Event.State.CANCELLED, record["cancel_reason"]
    reminders.plan(event, [])
    # Who was told stands in the ledger, which is carried over as well; of the others some mails may not have left yet.
    announce_later("event_cancelled", event, concerned_members(event), CANCELLATION, expires_at=event.ends_at)
    yield f"{_name(event)}: cancelled since the backup, stays so."


def forget_settling_changes(moment: datetime) -> None:
    """Tell nobody of changes that should have been told before ``moment``: they may have been."""
    Event.objects.settling(moment).update(told=None, settles_at=None)
