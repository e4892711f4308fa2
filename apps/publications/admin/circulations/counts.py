"""How many are asked and owe, for lists of circulations: as known today, so that no answer shows on its day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.publications.models import Consultee


def with_counts(circulations: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Annotate ``asked_count``, ``answered_count``, ``owed_count`` (reviewers) and ``owing_count`` (without an
    answer).
    """
    counted = Consultee.objects.live().filter(circulation=OuterRef("pk")).counted(today)
    owing = counted.annotate(owing=F("reviewers") - F("reviewers_answered"))
    return circulations.annotate(
        asked_count=Coalesce(Subquery(counted.values("asked")), 0),
        answered_count=Coalesce(Subquery(counted.values("answered")), 0),
        owed_count=Coalesce(Subquery(counted.values("reviewers")), 0),
        owing_count=Coalesce(Subquery(owing.values("owing")), 0),
    )
