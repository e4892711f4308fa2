"""Telling those who answered what became of the comments: of each circulation once, all of them together."""

from __future__ import annotations

from datetime import date, datetime

from apps.members.models import Member
from apps.notifications.announcements import announce
from apps.publications.models import Circulation, Consultee, Publication
from apps.publications.querysets import ConsulteeQuerySet
from apps.publications.standing import day_of


def answered_consultees(circulation: Circulation, today: date) -> ConsulteeQuerySet:
    """Return those who take part and are known to have answered, with comments or without."""
    answered: ConsulteeQuerySet = circulation.consultees.live().known_answered(today)
    return answered


def untold_consultees(publication: Publication, today: date) -> ConsulteeQuerySet:
    """Return those who are known to have answered a closed circulation of the paper and were told nothing yet."""
    untold = publication.circulations.untold().values("pk")
    answered: ConsulteeQuerySet = Consultee.objects.live().known_answered(today).filter(circulation__in=untold)
    return answered


def tell_answered(actor: Member | None, circulation: Circulation, now: datetime) -> int:
    """Tell them in the same words; return how many. The caller holds the rows, and nothing stands against it.

    ``actor`` None: the worker, which publishes at the time set.
    """
    circulation.told_at = now
    circulation.save(update_fields=["told_at"])
    answered = list(answered_consultees(circulation, day_of(now)).order_by("member").values_list("member", flat=True))
    announce("comments_resolved", circulation, answered, "resolved", made_by=actor)
    return len(answered)


def tell_untold(actor: Member | None, publication: Publication, now: datetime) -> None:
    """Tell of every circulation of the paper that was answered and of which nobody has told yet.

    One that nobody answered stays as it is, and can still be given more time. Call with the paper's row held.
    """
    circulations = untold_consultees(publication, day_of(now)).values("circulation")
    for circulation in publication.circulations.filter(pk__in=circulations).named().order_by("pk"):
        circulation.lock()
        tell_answered(actor, circulation, now)
