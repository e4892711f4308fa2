"""Who takes part, as far as the reader may know.

Staff and the group's chair and coordinators see every answer; other invited people see the names of those who said yes
or maybe, unless the event or the person hides them; everybody else sees no names and no numbers. What
stands beside a name is each person's own choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window
from django.utils.translation import gettext as _

from apps.core.countries import country_name
from apps.core.prepared import Prepared
from apps.events.models import Participation
from apps.events.standing import Standing, waiting_places
from apps.members.models import Member
from apps.members.permissions import Personal
from apps.members.querysets import met, seen

PER_PAGE = 100

Answer = Participation.Answer
Mode = Participation.Mode
_SEATED = Q(answer=Answer.YES, has_seat=True)
_COUNTED = {
    "in_person": _SEATED & Q(mode=Mode.IN_PERSON),
    "online": _SEATED & Q(mode=Mode.ONLINE),
    "waiting": Q(queue_number__isnull=False),
    "maybe": Q(answer=Answer.MAYBE),
    "no": Q(answer=Answer.NO),
    "unanswered": Q(answer=Answer.NONE),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One person on the list: plain values, as a hundred rows of three models each took longest of the whole page."""

    member_id: int
    name: str
    has_page: bool
    email: str
    organisation: str
    country_code: str
    answer: str
    mode: str
    waiting_place: int | None = None

    def __str__(self) -> str:
        return self.name or self.email or _("No name given")

    @property
    def country(self) -> str:
        """The name of the country in the reader's language."""
        return country_name(self.country_code)


def _columns(reader: Member) -> tuple[Any, ...]:
    """What of one person the reader sees, in the order of the fields of ``Entry``."""
    return (
        "member",
        "member__name",
        met(reader, "member"),
        seen(reader, Personal.EMAIL, "email", "member"),
        seen(reader, Personal.ORGANISATION, "organisation__name", "member"),
        seen(reader, Personal.COUNTRY, "country", "member"),
        "answer",
        "mode",
    )


@dataclass(frozen=True, slots=True)
class Roster:
    """One page of people. ``counts`` is given to those who see all answers, by what was answered."""

    page: Page
    counts: dict[str, int] | None = None


def roster_for(standing: Standing, page: str | None) -> Roster | None:
    """Return what of the list of participants the reader sees, None for nothing. One query and the policy's."""
    event, reader = standing.event, standing.reader
    if event.is_draft or reader is None:
        return None
    if reader.has_perm("events.see_answers_event", event):
        return _paged(_EVERYONE, standing, page, counted=True)
    if standing.part is not None and reader.has_perm("events.see_names_event", event):
        return _paged(_SHOWN, standing, page)
    return None


def _everyone(reader: Member, event: int, start: int) -> QuerySet[Any]:
    ranks = [
        When(answer=answer, then=Value(rank)) for rank, answer in enumerate((Answer.YES, Answer.MAYBE, Answer.NONE))
    ]
    rank = Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
    people = Participation.objects.live().filter(event=event).annotate(rank=rank)
    in_order = people.order_by("rank", "-has_seat", "queue_number", "member__name", "pk")
    return _counted(in_order.values_list(*_columns(reader), waiting_places()), _COUNTED)[start : start + PER_PAGE]


def _shown(reader: Member, event: int, start: int) -> QuerySet[Any]:
    said_so = Participation.objects.live().filter(event=event, answer__in=[Answer.YES, Answer.MAYBE])
    in_order = said_so.exclude(member__hides_participation=True).order_by("member__name", "pk")
    return _counted(in_order.values_list(*_columns(reader)), ())[start : start + PER_PAGE]


def _counted(people: QuerySet[Any], names: Iterable[str]) -> QuerySet[Any]:
    """With these counts, and that of all, in each row: a query less."""
    return people.annotate(**{name: Window(Count("pk", filter=_COUNTED.get(name))) for name in (*names, "total")})


_EVERYONE, _SHOWN = Prepared(_everyone), Prepared(_shown)


def _paged(people: Prepared, standing: Standing, page: str | None, *, counted: bool = False) -> Roster:
    """One page, with the count of all in the same query, and where ``counted`` what they answered."""
    number = int(page) if page and page.isascii() and page.isdecimal() and len(page) < 7 else 1
    start = (max(number, 1) - 1) * PER_PAGE
    names = [*(_COUNTED if counted else ()), "total"]
    rows = people.objects(standing.reader, standing.event.pk, start)
    if not rows and start:
        return _paged(people, standing, None, counted=counted)
    found = dict(zip(names, rows[0][-len(names) :] if rows else [0] * len(names), strict=True))
    paginator = Paginator(rows, PER_PAGE)
    paginator.count = found.pop("total")
    entries = [Entry(*row[: -len(names)]) for row in rows]
    return Roster(Page(entries, max(number, 1), paginator), found if counted else None)
