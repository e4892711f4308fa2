"""Whether each reminder that went out reached everybody it was for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from apps.events.audiences import JOINED
from apps.events.ledger.mails import ABOUT_PREFIX
from apps.events.ledger.settled import there_since
from apps.events.models import Event, Participation, ReminderRule
from apps.notifications.ledger import GRACE
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.recipients import MEMBER_PREFIX

Audience = ReminderRule.Audience


def differences(now: datetime) -> Iterator[str]:
    """Yield every member a reminder passed over. Two queries per audience, and three for each reminder that did."""
    for name in Audience.values:
        for reminder in _suspects(name, _in_time()).iterator():
            yield from _passed_over(reminder, name, _in_time(reminder), reminder.due_at)
        late = _suspects(name, _late(now)).filter(includes_late_joiners=True, expires_at__gt=now, settles_at=None)
        for reminder in late.iterator():
            yield from _passed_over(reminder, name, _late(now, reminder), now - GRACE)


def _in_time(reminder: Reminder | None = None) -> dict[str, Any]:
    """In the audience when it was due, and unchanged until it went out. As a condition on ``since``."""
    if reminder is None:
        return {"since__lte": OuterRef("due_at"), "updated_at__lte": OuterRef("sent_at")}
    return {"since__lte": reminder.due_at, "updated_at__lte": reminder.sent_at}


def _late(now: datetime, reminder: Reminder | None = None) -> dict[str, Any]:
    """In the audience since after it was due, and longer than the worker may take."""
    return {"since__gt": reminder.due_at if reminder else OuterRef("due_at"), "updated_at__lte": now - GRACE}


def _suspects(name: str, joined: dict[str, Any]) -> QuerySet[Any]:
    """Reminders sent out for an event as it stands, by an unedited rule, that have no row for some of its people."""
    owed = _audience(name).filter(~Exists(_written()), event=OuterRef("about_id"), **joined)
    events = Event.objects.filter(pk=OuterRef("about_id"), state__in=[Event.State.SCHEDULED, Event.State.HELD])
    rules = ReminderRule.objects.annotate(name=Concat(Value("events.reminderrule:"), Cast("pk", CharField())))
    sent = Reminder.objects.filter(
        about_type=ContentType.objects.get_for_model(Event), state=Reminder.State.SENT, rule__startswith="events."
    )
    return sent.annotate(settles_at=Subquery(events.values("settles_at"))).filter(
        Exists(events.filter(starts_at=OuterRef("anchor_at"))),
        Exists(rules.filter(name=OuterRef("rule"), audience=name, updated_at__lte=OuterRef("sent_at"))),
        Exists(owed),
    )


def _audience(name: str) -> QuerySet[Any]:
    """Today's audience of every event; ``since`` says when each came into it."""
    live = Participation.objects.live()
    chosen = {
        Audience.EVERYONE: live.not_declined,
        Audience.ATTENDING: live.attending,
        Audience.INTERESTED: live.interested,
        Audience.UNANSWERED: live.unanswered,
    }
    return chosen[Audience(name)]().annotate(since=F(JOINED[name]))


def _written() -> QuerySet[Any]:
    """Rows for the same rule and start, whichever zone's reminder wrote them."""
    return OutgoingMail.objects.filter(
        about_key=Concat(Value(ABOUT_PREFIX), Cast(OuterRef("event_id"), CharField())),
        recipient_key=Concat(Value(MEMBER_PREFIX), Cast(OuterRef("member_id"), CharField())),
        reminder__rule=OuterRef(OuterRef("rule")),
        reminder__anchor_at=OuterRef(OuterRef("anchor_at")),
    )


def _passed_over(reminder: Reminder, name: str, joined: dict[str, Any], moment: datetime) -> Iterator[str]:
    written = OutgoingMail.objects.filter(
        about_key=f"{ABOUT_PREFIX}{reminder.about_id}",
        reminder__rule=reminder.rule,
        reminder__anchor_at=reminder.anchor_at,
        member__isnull=False,
    )
    owed = _audience(name).filter(event=reminder.about_id, **joined).exclude(member__in=written.values("member"))
    settled = there_since(owed, moment)
    if reminder.zone:
        settled = settled.filter(member__time_zone=reminder.zone, member__updated_at__lte=moment)
    for member in settled.order_by("member").values_list("member", flat=True):
        yield f"event {reminder.about_id}: member {member} was not reminded by {reminder.rule}"
