"""Whom a step tells what became of the comments, for the page that asks first."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import ngettext

from apps.publications.actions.telling import untold_consultees
from apps.publications.models import Publication
from apps.publications.standing import day_of


def telling_text(publication: Publication, now: datetime) -> str:
    """Return how many are told when the paper is cleared or published, "" for nobody. One query."""
    count = untold_consultees(publication, day_of(now)).values("member").distinct().count()
    if not count:
        return ""
    return ngettext(
        "%(count)d person who answered its circulation is told what became of the comments: nobody has done so yet.",
        "%(count)d people who answered its circulation are told what became of the comments: nobody has done so yet.",
        count,
    ) % {"count": count}
