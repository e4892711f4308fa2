"""Mails the engine can not have written as they stand: no cause, another reader, an end without a reason, a body it
should have blanked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import CharField, Count, F, Min, Q, Value
from django.db.models.functions import Cast, Concat

from apps.notifications.kinds import KINDS
from apps.notifications.ledger.registry import IN_FLIGHT
from apps.notifications.models import OutgoingMail
from apps.notifications.models.reminder import reminder_occasion
from apps.notifications.recipients import MEMBER_PREFIX

State = OutgoingMail.State

_WAITING = [State.QUEUED, State.CLAIMED, State.SENDING]
_UNSENT = [State.SUPPRESSED, State.MISSED, State.FAILED, State.UNCLEAR, State.CANCELLED]


def differences(now: datetime) -> Iterator[str]:
    """Yield what stands in the ledger and should not. Eight queries."""
    yield from _without_subject()
    yield from _to_another_reader()
    yield from _not_of_their_announcement()
    yield from _not_of_their_reminder()
    yield from _sent_too_late()
    yield from _twice()
    yield from _unexplained()
    yield from _still_sealed()


def _without_subject() -> Iterator[str]:
    security = [slug for slug, kind in KINDS.items() if kind.is_security]
    bare = OutgoingMail.objects.filter(about_type=None).exclude(kind__in=security)
    for pk, kind in bare.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) is about nothing"


def _to_another_reader() -> Iterator[str]:
    key = Concat(Value(MEMBER_PREFIX), Cast("member_id", CharField()))
    strange = OutgoingMail.objects.filter(member__isnull=False).exclude(recipient_key=key)
    for pk, kind, member in strange.values_list("pk", "kind", "member_id").iterator():
        yield f"mail {pk} ({kind}) was written to somebody else than member {member}"


def _not_of_their_announcement() -> Iterator[str]:
    announced = OutgoingMail.objects.exclude(announcement=None)
    same = Q(
        kind=F("announcement__kind"),
        occasion=F("announcement__occasion"),
        about_type=F("announcement__about_type"),
        about_id=F("announcement__about_id"),
    )
    for pk, kind, announcement in announced.exclude(same).values_list("pk", "kind", "announcement_id").iterator():
        yield f"mail {pk} ({kind}) says something else than announcement {announcement}"


def _not_of_their_reminder() -> Iterator[str]:
    """The rows of one reminder share one occasion, so few lines are compared, however many readers it has."""
    facts = ("reminder__rule", "reminder__anchor_at", "reminder__about_id", "occasion", "about_id")
    reminding = OutgoingMail.objects.exclude(reminder=None).order_by()
    for rule, anchor_at, reminded_of, occasion, about in reminding.values_list(*facts).distinct().iterator():
        if occasion == reminder_occasion(rule, anchor_at) and reminded_of == about:
            continue
        strange = reminding.filter(reminder__rule=rule, occasion=occasion, about_id=about)
        for pk, kind in strange.filter(reminder__anchor_at=anchor_at).values_list("pk", "kind"):
            yield f"mail {pk} ({kind}) reminds of something else than its reminder ({rule})"


def _sent_too_late() -> Iterator[str]:
    late = OutgoingMail.objects.filter(state=State.SENT, sent_at__gte=F("expires_at") + IN_FLIGHT)
    for pk, kind in late.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) was sent when it was too late to be of use"


def _twice() -> Iterator[str]:
    """A Message-ID is one row's own: two rows with one are one mail written twice."""
    shared = OutgoingMail.objects.values("message_id").annotate(rows=Count("pk"), first=Min("pk")).filter(rows__gt=1)
    for first, rows in shared.values_list("first", "rows").iterator():
        yield f"mail {first} stands in the ledger {rows} times under one Message-ID"


def _unexplained() -> Iterator[str]:
    """Whatever ends a mail that has not been sent says why: it is what a coordinator reads."""
    silent = OutgoingMail.objects.filter(state__in=_UNSENT, reason="")
    for pk, kind, state in silent.values_list("pk", "kind", "state").iterator():
        yield f"mail {pk} ({kind}) ended as {state} and does not say why"


def _still_sealed() -> Iterator[str]:
    """A code or a link that logs in is blanked as soon as its mail has ended (design, "The heart" 10)."""
    sealed = OutgoingMail.objects.exclude(state__in=_WAITING).exclude(sealed=b"")
    for pk, kind in sealed.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) has ended and its sealed body is still there"
