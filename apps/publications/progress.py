"""How far the comments of a circulation have been settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from apps.publications.models import Circulation, Comment

_Disposition = Comment.Disposition


@dataclass(frozen=True, slots=True)
class Progress:
    """How many comments are wholly decided (accepted or not), accepted in part or noted, and still open."""

    decided: int
    between: int
    open: int

    @property
    def total(self) -> int:
        return self.decided + self.between + self.open

    @property
    def settled(self) -> int:
        return self.decided + self.between


def progress_of(circulation: Circulation, today: date) -> Progress:
    """Return the numbers of the comments known today. One query."""
    rows = circulation.comments.known(today).order_by().values_list("disposition").annotate(Count("pk"))
    counts = dict(rows)
    return Progress(
        decided=counts.get(_Disposition.ACCEPTED, 0) + counts.get(_Disposition.NOT_ACCEPTED, 0),
        between=counts.get(_Disposition.PARTLY, 0) + counts.get(_Disposition.NOTED, 0),
        open=counts.get(_Disposition.OPEN, 0),
    )
