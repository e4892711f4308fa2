"""Mails that went although what they say had ceased to be true: nobody may get these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from apps.notifications.ledger import IN_FLIGHT
from apps.notifications.models import Announcement, OutgoingMail
from apps.publications.ledger.mails import consultee_of_mail, mails_to_asked
from apps.publications.models import Circulation


def differences(now: datetime) -> Iterator[str]:
    """Yield mails sent after the cancellation, the taking off or the answer they disregard. Five queries."""
    yield from _late(_after("circulation_cancelled"), "after the circulation was cancelled")
    yield from _late(_after_taking_off(), "after its reader was taken off")
    yield from _named(_after_answer(), "after its reader had answered")
    yield from _named(_to_who_owes_nothing(), "to somebody who owed no answer")


def _sent() -> QuerySet[Any]:
    return mails_to_asked().filter(state=OutgoingMail.State.SENT)


def _after(kind: str) -> QuerySet[Any]:
    told = Announcement.objects.filter(
        kind=kind, about_type=ContentType.objects.get_for_model(Circulation), about_id=OuterRef("about_id")
    )
    return _sent().exclude(kind=kind).annotate(ended_at=Subquery(told.order_by("pk").values("created_at")[:1]))


def _after_taking_off() -> QuerySet[Any]:
    return _sent().annotate(ended_at=Subquery(consultee_of_mail().values("removed_at")))


def _after_answer() -> QuerySet[Any]:
    """Answers carry a day and no more, so a chase on that day itself is excused."""
    chases = _sent().filter(kind="circulation_reminder")
    answered = chases.annotate(answered_on=Subquery(consultee_of_mail().values("answered_on")))
    return answered.annotate(day=TruncDate("sent_at", tzinfo=UTC)).filter(day__gt=F("answered_on"))


def _to_who_owes_nothing() -> QuerySet[Any]:
    chases = _sent().filter(kind="circulation_reminder")
    return chases.annotate(owed=Subquery(consultee_of_mail().values("is_reviewer"))).filter(Q(owed=False))


def _late(mails: QuerySet[Any], when: str) -> Iterator[str]:
    """``ended_at``: since when such a mail is not wanted. One that was on its way just then is excused."""
    late = mails.filter(sent_at__gt=F("ended_at"))
    rows: Iterable[Any] = late.values_list("pk", "kind", "sent_at", "ended_at").iterator()
    for pk, kind, sent_at, ended_at in rows:
        if sent_at > ended_at + IN_FLIGHT:
            yield f"mail {pk} ({kind}) was sent {when}"


def _named(mails: QuerySet[Any], how: str) -> Iterator[str]:
    for pk, kind in mails.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) was sent {how}"
