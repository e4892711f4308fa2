"""Who takes part in a circulation, and how many have answered as far as that is known today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.paging import PreparedRows, prepared_page_of
from apps.core.prepared import Prepared
from apps.members.models import Member
from apps.members.permissions import Personal
from apps.members.querysets import met, seen
from apps.publications.querysets import ConsulteeQuerySet

if TYPE_CHECKING:
    from apps.publications.models import Circulation, Publication

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are asked, owe an answer, and have given one. An answer counts from the day after it was given."""

    asked: int
    reviewers: int
    answered: int
    reviewers_answered: int

    @property
    def owing(self) -> int:
        """How many reviewers are not known to have answered."""
        return self.reviewers - self.reviewers_answered


@dataclass(frozen=True, slots=True)
class Participant:
    """One person on the list, with what of them the reader may see."""

    member_id: int
    name: str
    has_page: bool
    organisation: str
    is_reviewer: bool
    answered_on: date | None
    extended_until: datetime | None

    def __str__(self) -> str:
        return self.name or _("No name given")


def circulations_seen(publication: Publication, reader: Member | None) -> list[Circulation]:
    """Return the circulations of a paper that is not out yet which the reader may see, newest first. One query at most.

    Those that were cancelled are left out.
    """
    if reader is None or not publication.is_draft:
        return []
    seen = publication.circulations.visible_to(reader).exclude(state="cancelled").select_related("version")
    found = list(seen.defer("version__text", "instructions").order_by("-pk"))
    for circulation in found:
        circulation.publication = publication
    return found


def counts_of(circulation: Circulation, today: date) -> Counts:
    """Return the numbers of the people asked now. One query."""
    for row in _COUNTS.rows(None, circulation.pk, today):
        return Counts(*row)
    return Counts(0, 0, 0, 0)


def _counts(_reader: None, circulation: int, today: date) -> QuerySet[Any, Any]:
    counted = _consultees().live().filter(circulation=circulation).counted(today)
    return counted.values_list("asked", "reviewers", "answered", "reviewers_answered")


_COUNTS = Prepared(_counts)


def participants_page(request: HttpRequest, circulation: Circulation, reader: Member, today: date) -> Page:
    """Return one page of the people asked now, reviewers first. Two queries. For those who lead the circulation."""
    page = prepared_page_of(request, _ASKED, reader, circulation.pk)
    page.object_list = [_as_known(Participant(*row), today) for row in page.object_list]
    return page


def _asked(reader: Member | None, circulation: int) -> QuerySet[Any, Any]:
    in_order = _consultees().live().filter(circulation=circulation).order_by("-is_reviewer", "member__name", "pk")
    organisation = seen(reader, Personal.ORGANISATION, "organisation__name", "member")
    columns = ("member", "member__name", met(reader, "member"), organisation, "is_reviewer", "answered_on")
    return in_order.values_list(*columns, "extended_until")


_ASKED = PreparedRows(_asked, PER_PAGE)


def _consultees() -> ConsulteeQuerySet:
    # The models stand above the mails, and those above this.
    consultees: Any = apps.get_model("publications.Consultee")
    found: ConsulteeQuerySet = consultees.objects.get_queryset()
    return found


def _as_known(person: Participant, today: date) -> Participant:
    """An answer shows from the day after it was given."""
    if person.answered_on is None or person.answered_on < today:
        return person
    return replace(person, answered_on=None)
