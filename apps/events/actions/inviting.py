"""Inviting, asking again, writing to participants, and taking an invitation back. All for the secretariat."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core.refused import Refused
from apps.events.actions.seats import promote_waiting, release_seat
from apps.events.models import Event, Participation
from apps.events.planning import plan_reminders
from apps.members.models import Group, Member
from apps.notifications import outbox
from apps.notifications.announcements import announce
from apps.notifications.models import Announcement, OutgoingMail
from apps.notifications.recipients import recipient_of


@transaction.atomic
def invite_members(
    *,
    actor: Member,
    event: Event,
    member_ids: list[int],
    once: str,
    via_group: Group | None = None,
    paragraph: str = "",
    now: datetime,
) -> Announcement:
    """Invite exactly these members, as confirmed on screen; who is invited already is told nothing.

    ``once`` comes from the confirming page, so submitting it twice invites once. Refused unless the event lies ahead.
    """
    event.lock()
    event.refresh_from_db()
    _check(actor, event, "events.invite_event", now)
    announcement = announce(
        "event_invitation",
        event,
        member_ids,
        f"invited:{once}",
        made_by=actor,
        paragraph=paragraph,
        detail={"via_group": via_group.pk if via_group else None},
        expires_at=event.starts_at,
    )
    plan_reminders(event)
    return announcement


def send_trial(*, actor: Member, event: Event, paragraph: str, once: str, now: datetime) -> Announcement:
    """Send the invitation as it would look to the actor alone."""
    if not actor.has_perm("events.invite_event", event):
        raise Refused(_("Only the secretariat does this."))
    return announce("event_trial", event, [actor.pk], f"trial:{once}", made_by=actor, paragraph=paragraph)


def remind_unanswered(
    *, actor: Member, event: Event, member_ids: list[int], once: str, paragraph: str, now: datetime
) -> Announcement:
    """Ask those confirmed on screen who have not answered."""
    _check(actor, event, "events.invite_event", now)
    return announce(
        "event_answer_request",
        event,
        member_ids,
        f"asked:{once}",
        made_by=actor,
        paragraph=paragraph,
        expires_at=event.starts_at,
    )


def message_participants(
    *, actor: Member, event: Event, member_ids: list[int], once: str, title: str, paragraph: str
) -> Announcement:
    """Write to the participants confirmed on screen."""
    if not actor.has_perm("events.message_event", event) or event.is_draft or event.is_cancelled:
        raise Refused(_("You can write to the participants of an event that is scheduled or was held."))
    return announce(
        "event_message", event, member_ids, f"message:{once}", made_by=actor, title=title, paragraph=paragraph
    )


@transaction.atomic
def withdraw_participation(*, actor: Member, participation: Participation, now: datetime) -> Participation:
    """Take an invitation back: the seat goes to the next, the person is told, and sees the event no more."""
    event = participation.event
    if not actor.has_perm("events.invite_event", event):
        raise Refused(_("Only the secretariat does this."))
    event.lock()
    event.refresh_from_db()
    participation.refresh_from_db()
    if participation.withdrawn_at is not None:
        return participation
    release_seat(event, participation)
    participation.renew_nonce()
    participation.save_answer(withdrawn_at=now, nonce=participation.nonce)
    mine = OutgoingMail.objects.about(event).filter(member=participation.member_id)
    mine.cancel_for_good(noop("the invitation was taken back"))
    occasion = f"withdrawn:{now:%Y%m%dT%H%M%S}"
    outbox.notify("event_withdrawn", event, [recipient_of(participation.member)], occasion, expires_at=event.starts_at)
    promote_waiting(event, now)
    return participation


def _check(actor: Member, event: Event, perm: str, now: datetime) -> None:
    if not actor.has_perm(perm, event):
        raise Refused(_("Only the secretariat does this."))
    if not event.is_scheduled:
        raise Refused(_("Schedule the event first: only a scheduled event has invitations."))
    if event.starts_at <= now:
        raise Refused(_("The event has begun already."))
