"""The papers in work on the desk: how each stands, what comes out soon, what could not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When

from apps.core import desk, panels
from apps.publications.models import Publication, Step

SHOWN = 8
# In work, though nothing is due: they would push out what is.
_RESTING = (Publication.State.IDEA,)


def papers_panel(about: models.Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Show the papers in work, first those that could not be published, then by what comes out next. One query."""
    papers = list(_in_work(member))
    return ("admin/publications/_papers.html", {"papers": papers, "now": now}) if papers else None


def _in_work(member: Any) -> QuerySet[Publication]:
    last = Step.objects.filter(publication=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    rank = Case(When(publish_fault="", then=Value(1)), default=Value(0), output_field=models.IntegerField())
    found = Publication.objects.visible_to(member).drafts().exclude(state__in=_RESTING)
    shown = found.annotate(since=Subquery(last), rank=rank).defer("abstract")
    return shown.order_by("rank", F("publish_at").asc(nulls_last=True), "-updated_at", "-pk")[:SHOWN]


panels.register(desk.DESK, papers_panel)
