"""The lines in which a confirming page names people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from apps.events.models import Participation
from apps.members.models import Member


def named(members: QuerySet[Member]) -> tuple[list[int], list[str]]:
    """Return the ids and the lines of these members, by name. One query."""
    rows = list(members.order_by("name", "pk").values_list("pk", "name", "organisation__name", "email"))
    return [row[0] for row in rows], [line(*row[1:]) for row in rows]


def named_by_id(ids: Iterable[int]) -> list[str]:
    """Return the lines of the members with these ids. One query."""
    return named(Member.objects.get_queryset().filter(pk__in=list(ids)))[1]


def members_of(participations: QuerySet[Participation]) -> QuerySet[Member]:
    """Return the members behind these participations, in the same query."""
    return Member.objects.get_queryset().filter(pk__in=participations.order_by().values("member"))


def line(name: str, organisation: Any, email: str) -> str:
    """Return one person as "name · organisation · address", without what is unknown."""
    return " · ".join(part for part in (name, organisation, email) if part)
