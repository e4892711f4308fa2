"""How many are asked and owe, for lists of circulations: as known today, so that no answer shows on its day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.publications.models import Consultee


def with_counts(circulations: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Annotate ``asked_count``, ``owed_count`` (reviewers) and ``owing_count`` (without an answer)."""
    silent = Q(answered_on=None) | Q(answered_on__gte=today)
    return circulations.annotate(
        asked_count=_count(Q()),
        owed_count=_count(Q(is_reviewer=True)),
        owing_count=_count(Q(is_reviewer=True) & silent),
    )


def _count(condition: Q) -> Coalesce:
    rows = Consultee.objects.live().filter(condition, circulation=OuterRef("pk")).order_by().values("circulation")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)
