"""Whether news of a paper belongs to its announcement, and went only while the paper was out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from apps.notifications.ledger import IN_FLIGHT
from apps.notifications.models import OutgoingMail
from apps.publications.models import Publication, Step

_PREFIX = f"{Publication._meta.label_lower}:"


def differences(now: datetime) -> Iterator[str]:
    """Yield news nobody announced, and news sent after its paper was taken back. Two queries."""
    bare = _mails().filter(announcement=None)
    for pk, kind in bare.values_list("pk", "kind").iterator():
        yield f"mail {pk} ({kind}) belongs to no announcement"
    sent = (
        _mails()
        .filter(state=OutgoingMail.State.SENT)
        .annotate(last_state=Subquery(_step_before().values("state")), last_at=Subquery(_step_before().values("at")))
    )
    late = sent.exclude(last_state=Publication.State.PUBLISHED).exclude(last_state=None)
    for pk, kind, sent_at, last_at in late.values_list("pk", "kind", "sent_at", "last_at").iterator():
        if sent_at > last_at + IN_FLIGHT:
            yield f"mail {pk} ({kind}) was sent after its paper was taken back"


def _mails() -> QuerySet[Any]:
    return OutgoingMail.objects.filter(about_key__startswith=_PREFIX)


def _step_before() -> QuerySet[Any]:
    """The last step of the mail's paper before the mail was sent."""
    steps = Step.objects.filter(publication=OuterRef("about_id"), at__lte=OuterRef("sent_at"))
    return steps.order_by("-at", "-pk")[:1]
