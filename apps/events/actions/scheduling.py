"""From draft to scheduled, changed, cancelled or held."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.events.actions.seats import settle_seats
from apps.events.models import Event
from apps.events.planning import plan_reminders
from apps.members.models import Member
from apps.notifications import reminders
from apps.notifications.announcements import announce, resume
from apps.notifications.models import Announcement, OutgoingMail
from apps.notifications.outbox import open_again

CANCELLATION = "cancelled"  # the occasion of its mails in the ledger: one for ever
SETTLING = timedelta(minutes=2)
NO_SETTLING_WITHIN = timedelta(hours=2)

# A change in one of these raises SEQUENCE (RFC 5546 2.1.4; place too, as clients ask again).
_SEQUENCED = ("starts_at", "ends_at", "place")


@transaction.atomic
def save_event(*, actor: Member, event: Event, now: datetime) -> Event:
    """Save a new or changed event with all that follows: sequence, change notice after settling, reminders, seats.

    ``event`` holds the new values, validated by its form. Refused without the right, for a cancelled event, when
    more people than the new capacity have a seat, and for a scheduled event that would move into the past. One that was
    held is scheduled again when its end is put ahead, which is for those who schedule.
    """
    is_new = event.pk is None
    if not actor.has_perm("events.add_event" if is_new else "events.change_event", None if is_new else event):
        raise Refused(_("You may not change this event."))
    if is_new:
        return _create(actor, event)
    event.lock()
    before = Event.objects.get(pk=event.pk)
    if not actor.has_perm("events.change_event", before):
        raise Refused(_("You may not change this event."))
    _check_change(actor, before, event, now)
    _carry_on(before, event, now)
    if before.visibility != event.visibility or before.group_id != event.group_id:
        record(AuditEntry.Event.VISIBILITY, actor=actor, about=event, detail=f"{before.visibility}>{event.visibility}")
    event.save()
    if event.is_scheduled:
        _move_expiries(before, event)
        _invite_still(before, event, now)
        plan_reminders(event)
        settle_seats(event, now)
    return event


@transaction.atomic
def schedule_event(*, actor: Member, event: Event, now: datetime) -> Event:
    """Make a draft real: visible as it says, its reminders planned for the start it has now, whatever was on screen.

    Refused once that has passed.
    """
    if not actor.has_perm("events.schedule_event", event):
        raise Refused(_("Only the secretariat schedules events."))
    event.lock()
    event.refresh_from_db()
    if not event.is_draft:
        raise Refused(_("This event is not a draft any more."))
    if event.starts_at <= now:
        raise Refused(_("The start has passed already. Change the date first."))
    event.state = Event.State.SCHEDULED
    event.save(update_fields=["state", "updated_at"])
    plan_reminders(event)
    return event


@transaction.atomic
def cancel_event(*, actor: Member, event: Event, reason: str = "", now: datetime) -> int:
    """Cancel for good and tell everyone who was told of it, at once. Returns how many mails that makes, without those
    that wait for a suspension to end.

    Refused without the right, for a draft, and for an event that is over. SEQUENCE rises (RFC 5546 3.2.5).
    """
    if not actor.has_perm("events.cancel_event", event):
        raise Refused(_("You may not cancel this event."))
    event.lock()
    event.refresh_from_db()
    if not event.is_scheduled or event.ends_at <= now:
        raise Refused(_("Only an event that lies ahead can be cancelled."))
    event.state, event.cancel_reason = Event.State.CANCELLED, reason[:300]
    event.sequence += 1
    event.settles_at = event.told = None
    event.save()
    reminders.plan(event, [])
    # Whose invitation was taken back hears that; the cancellation does not reach them.
    OutgoingMail.objects.about(event).exclude(kind="event_withdrawn").cancel(noop("the event was cancelled"))
    concerned = concerned_members(event)
    announce("event_cancelled", event, concerned, CANCELLATION, made_by=actor, expires_at=event.ends_at)
    return event.participations.concerned().live().count()


def concerned_members(event: Event) -> list[int]:
    """Return the ids of those who hear of a change or a cancellation, in the order they were invited. One query."""
    return list(event.participations.concerned().order_by("pk").values_list("member", flat=True))


@transaction.atomic
def delete_draft(*, actor: Member, event: Event) -> None:
    """Delete a draft. Refused for anything that was ever scheduled: cancel it instead."""
    event.lock()
    event.refresh_from_db()
    if not actor.has_perm("events.delete_event", event):
        raise Refused(_("Only drafts can be deleted. Cancel the event instead."))
    event.delete()


def hold_over(now: datetime) -> int:
    """Mark scheduled events whose end has passed as held; return how many."""
    return Event.objects.over(now).update(state=Event.State.HELD)


def _create(actor: Member, event: Event) -> Event:
    event.created_by = actor
    event.save()
    return event


def _check_change(actor: Member, before: Event, event: Event, now: datetime) -> None:
    if before.is_cancelled:
        raise Refused(_("This event was cancelled. A cancellation is final."))
    if _is_revived(before, event, now) and not actor.has_perm("events.schedule_event", before):
        raise Refused(_("This event is over. Only the secretariat can give it a new date."))
    if before.is_scheduled:
        _check_lies_ahead(before, event, now)
    if event.capacity is not None and event.capacity < before.seats_taken:
        raise Refused(_("More people than this have a seat already."))
    if event.online_capacity is not None and event.online_capacity < before.online_taken:
        raise Refused(_("More people than this take part online already."))


def _check_lies_ahead(before: Event, event: Event, now: datetime) -> None:
    """What has begun may stay as it is; a time typed anew must come."""
    if before.starts_at != event.starts_at and event.starts_at <= now:
        raise Refused(_("This start has passed already. A scheduled event moves to a time that is still to come."))
    if before.ends_at != event.ends_at and event.ends_at <= now:
        raise Refused(_("This end has passed already. A scheduled event ends at a time that is still to come."))


def _is_revived(before: Event, event: Event, now: datetime) -> bool:
    """Whether what was over is put ahead again: a wrong date mended, or a meeting that was put off."""
    return before.state == Event.State.HELD and event.ends_at > now


def _move_expiries(before: Event, event: Event) -> None:
    """What waits to be said, by the worker or a mail server that is away, is of use until the new start; a change, of
    what is running too, until the new end.
    """
    unsaid = Announcement.objects.filter(
        about_type=ContentType.objects.get_for_model(event), about_id=event.pk, state=Announcement.State.WAITING
    )
    unsent = OutgoingMail.objects.about(event).unfinished().filter(reminder=None)
    for waiting in (unsaid, unsent):
        changes, others = waiting.filter(kind="event_changed"), waiting.exclude(kind="event_changed")
        if before.starts_at != event.starts_at:
            others.filter(expires_at=before.starts_at).update(expires_at=event.starts_at)
        if before.ends_at != event.ends_at:
            changes.filter(expires_at=before.ends_at).update(expires_at=event.ends_at)


def _invite_still(before: Event, event: Event, now: datetime) -> None:
    """An event that is put off invites those whom the invitation had not reached by the old start."""
    if event.starts_at == before.starts_at or event.starts_at <= now:
        return
    invited = event.participations.filter(withdrawn_at=None).values("member")
    invitations = OutgoingMail.objects.about(event).filter(kind="event_invitation", member__in=invited)
    open_again(invitations.dropped(), due_at=now, expires_at=event.starts_at)
    resume("event_invitation", event, event.starts_at)


def _carry_on(before: Event, event: Event, now: datetime) -> None:
    """Take over what the form does not hold, and note what has to be told."""
    for name in ("state", "sequence", "revision", "told", "changed_at", "settles_at"):
        setattr(event, name, getattr(before, name))
    for name in ("seats_taken", "online_taken", "queue_counter"):
        setattr(event, name, getattr(before, name))
    is_revived = _is_revived(before, event, now)
    if is_revived:
        event.state = Event.State.SCHEDULED
    if before.snapshot == event.snapshot:
        return
    event.changed_at = now
    if not event.is_scheduled or event.ends_at <= now:
        return
    if any(getattr(before, name) != getattr(event, name) for name in _SEQUENCED):
        event.sequence += 1
    if event.told is None:
        event.told = before.snapshot
    nearest = event.starts_at if is_revived else min(before.starts_at, event.starts_at)
    is_soon = nearest - now <= NO_SETTLING_WITHIN
    event.settles_at = now if is_soon else now + SETTLING
