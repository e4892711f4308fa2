"""Mails that went although what they say had ceased to be true: nobody may get these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from apps.events.ledger.mails import mails_about_events
from apps.events.models import Event, Participation
from apps.notifications.ledger import IN_FLIGHT
from apps.notifications.models import Announcement, OutgoingMail

# What somebody who said no has asked not to hear.
_FOR_THE_WILLING = ("event_reminder", "event_answer_request", "event_changed", "event_seat")


def differences(now: datetime) -> Iterator[str]:
    """Yield mails sent after the cancellation, the withdrawal, a "no" or the move they disregard. Five queries."""
    yield from _after_cancellation()
    yield from _sentences(_after_withdrawal(), "after the invitation was taken back")
    yield from _sentences(_after_no(), "after its reader had said no")
    yield from _sentences(_after_move(), "after the event had moved to another time")


def _sentences(mails: QuerySet[Any], when: str) -> Iterator[str]:
    """``ended_at``: since when such a mail is not wanted. One that was on its way just then is excused."""
    late = mails.filter(sent_at__gt=F("ended_at"))
    rows: Iterable[Any] = late.values_list("pk", "kind", "sent_at", "ended_at").iterator()
    for pk, kind, sent_at, ended_at in rows:
        if sent_at > ended_at + IN_FLIGHT:
            yield f"mail {pk} ({kind}) was sent {when}"


def _sent() -> QuerySet[Any]:
    sent = mails_about_events().filter(state=OutgoingMail.State.SENT)
    return sent.exclude(kind__in=["event_cancelled", "event_trial"])


def _after_cancellation() -> Iterator[str]:
    """Who was taken off the list hears that even now: the cancellation does not reach them.

    The moments come first: asked for row by row, they would be looked up for every mail there is.
    """
    told = Announcement.objects.filter(kind="event_cancelled", about_type=ContentType.objects.get_for_model(Event))
    cancelled_at = dict(told.values_list("about_id", "created_at"))
    mails = _sent().filter(about_id__in=list(cancelled_at)).exclude(kind="event_withdrawn")
    for pk, kind, event, sent_at in mails.values_list("pk", "kind", "about_id", "sent_at").iterator():
        if sent_at > cancelled_at[event] + IN_FLIGHT:
            yield f"mail {pk} ({kind}) was sent after the event was cancelled"


def _after_withdrawal() -> QuerySet[Any]:
    mails = _sent().exclude(kind="event_withdrawn")
    return mails.annotate(ended_at=Subquery(_part().values("withdrawn_at")))


def _after_no() -> QuerySet[Any]:
    said_no = _part().filter(answer=Participation.Answer.NO)
    return _sent().filter(kind__in=_FOR_THE_WILLING).annotate(ended_at=Subquery(said_no.values("answer_since")))


def _part() -> QuerySet[Any]:
    return Participation.objects.filter(event=OuterRef("about_id"), member=OuterRef("member"))


def _after_move() -> QuerySet[Any]:
    moved = Event.objects.filter(~Q(starts_at=OuterRef("reminder__anchor_at")), pk=OuterRef("about_id"))
    return _sent().exclude(reminder=None).annotate(ended_at=Subquery(moved.values("changed_at")))
