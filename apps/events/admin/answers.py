"""How the answers to an event stand, each number a link to the people behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from apps.events.models import Event


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """One number, in words, with its list."""

    label: str | Promise
    count: int
    url: str


# (what, condition, filter of the participants' list).
_COUNTED: tuple[tuple[Promise, Q, dict[str, str]], ...] = (
    (_("invited"), Q(), {}),
    (_("yes, in person"), Q(answer="yes", mode="in_person", has_seat=True), {"answered": "yes", "mode": "in_person"}),
    (_("yes, online"), Q(answer="yes", mode="online", has_seat=True), {"answered": "yes", "mode": "online"}),
    (_("waiting for a seat"), Q(queue_number__isnull=False), {"answered": "waiting"}),
    (_("maybe"), Q(answer="maybe"), {"answered": "maybe"}),
    (_("no"), Q(answer="no"), {"answered": "no"}),
    (_("not answered"), Q(answer=""), {"answered": "none"}),
    (_("attended"), Q(attended=True), {"attended__exact": "1"}),
)


def answer_counts(event: Event, now: datetime) -> list[AnswerCount]:
    """Return the numbers of an event, of the people in its list. One query."""
    counts = {str(number): Count("pk", filter=condition) for number, (_label, condition, _how) in enumerate(_COUNTED)}
    people = event.participations.listed(now)
    found = people.aggregate(**{f"count_{number}": count for number, count in counts.items()})
    return [
        AnswerCount(label, found[f"count_{number}"], participants_url(event, **how))
        for number, (label, _condition, how) in enumerate(_COUNTED)
    ]


def participants_url(event: Event, **how: str) -> str:
    """Return the address of the event's participants, narrowed down by ``how``."""
    query = urlencode({"event__id__exact": str(event.pk), **how})
    return f"{reverse('admin:events_participation_changelist')}?{query}"
