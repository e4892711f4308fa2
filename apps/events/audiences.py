"""Who is reached: the audiences of reminders, and the rows of the newly invited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.core.tokens import new_nonce
from apps.members.models import Member
from apps.notifications.models import Announcement, Reminder
from apps.notifications.recipients import MEMBER_PREFIX, Recipient

# Since when somebody is in an audience.
JOINED = {
    "everyone": "invited_at",
    "attending": "answer_since",
    "interested": "interested_since",
    "unanswered": "invited_at",
}

if TYPE_CHECKING:
    from apps.events.models import Event, ReminderRule
    from apps.events.querysets import ParticipationQuerySet


def rule_of(event: Event, reminder: Reminder | None) -> ReminderRule | None:
    """Return the rule a reminder came from, or None when it was deleted. One query, none where they are prefetched."""
    if reminder is None or not reminder.rule.startswith("events.reminderrule:"):
        return None
    pk = int(reminder.rule.rpartition(":")[2])
    return next((rule for rule in event.reminder_rules.all() if rule.pk == pk), None)


def audience(event: Event, name: str) -> ParticipationQuerySet:
    """Return the live participations an audience means. Who said no or waits for a seat is in none of them."""
    return narrowed(event.participations.live(), name)


def narrowed(live: ParticipationQuerySet, name: str) -> ParticipationQuerySet:
    """Narrow live participations down to an audience."""
    chosen = {
        "everyone": live.not_declined,
        "attending": live.attending,
        "interested": live.interested,
        "unanswered": live.unanswered,
    }
    return chosen[name]()


def reminder_recipients(event: Event, reminder: Reminder, after: str, limit: int, now: datetime) -> Iterable[Recipient]:
    """Return the next of a reminder's audience by member id.

    Who joined after the due time only if the rule says so.
    """
    rule = rule_of(event, reminder)
    if rule is None:
        return []
    found = audience(event, rule.audience).filter(_joined_in_time(rule, reminder, now))
    if after:
        found = found.filter(member__gt=int(after.removeprefix(MEMBER_PREFIX)))
    return _recipients(found.order_by("member")[:limit])


def make_participations(event: Event, announcement: Announcement, member_ids: list[int], now: datetime) -> list[int]:
    """Invite these members: make their rows or open them again; return those who were not invited before.

    Call inside a transaction. Members already invited by way of a group and now picked by hand stay until taken back.
    Who was suspended or has left since they were confirmed is not invited.
    """
    event.lock()
    event.refresh_from_db()
    if not event.takes_answers(now):
        raise Refused(_("The event was cancelled or has begun."))
    via_group = announcement.detail.get("via_group")
    live = set(event.participations.live().filter(member__in=member_ids).values_list("member", flat=True))
    if via_group is None:
        event.participations.filter(member__in=live).update(via_group=None)
    active = set(Member.objects.filter(pk__in=member_ids, is_active=True).values_list("pk", flat=True))
    wanted = [pk for pk in member_ids if pk in active - live]
    ended = event.participations.filter(member__in=wanted)
    reopened = set(ended.values_list("member", flat=True))
    for part in ended:
        if part.has_seat:
            event.give_back_seat(part.mode)
        part.save_answer(**_opened(announcement, via_group, now))
    model = event.participations.model
    model.objects.bulk_create(
        model(event=event, member_id=pk, **_opened(announcement, via_group, now)) for pk in wanted if pk not in reopened
    )
    return wanted


def _opened(announcement: Announcement, via_group: int | None, now: datetime) -> dict[str, Any]:
    """The fields of a fresh invitation."""
    return {
        "via_group_id": via_group,
        "invited_at": now,
        "invited_by_id": announcement.made_by_id,
        "withdrawn_at": None,
        "answer": "",
        "mode": "",
        "has_seat": False,
        "queue_number": None,
        "answered_at": None,
        "answer_since": None,
        "interested_since": None,
        "source": "",
        "nonce": new_nonce(),
    }


def _joined_in_time(rule: ReminderRule, reminder: Reminder, now: datetime) -> Q:
    """Who was in the audience at the due time of their own zone; with late joiners also, or afterwards only, the
    others.

    Who moved between zones is caught by the last of them.
    """
    if not rule.is_per_reader:
        return _joined(rule, reminder, reminder.due_at)
    reached = Q(pk__in=[])
    for zone, due_at in _zones_due(reminder, now):
        reached |= Q(member__time_zone=zone) & _joined(rule, reminder, due_at)
    return reached


def _joined(rule: ReminderRule, reminder: Reminder, due_at: datetime) -> Q:
    since = JOINED[rule.audience]
    if not reminder.includes_late_joiners:
        return Q(**{f"{since}__lte": due_at})
    return Q(**{f"{since}__gt": due_at}) if reminder.state == Reminder.State.SENT else Q()


def _zones_due(reminder: Reminder, now: datetime) -> list[tuple[str, datetime]]:
    """Return (zone, due instant) for the zones in which this rule's wall-clock time has come."""
    same = Reminder.objects.filter(
        about_type=reminder.about_type_id,
        about_id=reminder.about_id,
        rule=reminder.rule,
        anchor_at=reminder.anchor_at,
        due_at__lte=now,
    )
    return list(same.values_list("zone", "due_at"))


def _recipients(found: ParticipationQuerySet) -> list[Recipient]:
    rows = found.annotate(
        email=F("member__email"), name=F("member__name"), language=F("member__language"), zone=F("member__time_zone")
    ).values_list("email", "name", "language", "zone", "member")
    return [Recipient(*row) for row in rows]


def wording_of(event: Event, reminder: Reminder | None) -> str:
    """Return the coordinator's own words for a reminder, "" for none."""
    rule = rule_of(event, reminder)
    return rule.wording if rule else ""
