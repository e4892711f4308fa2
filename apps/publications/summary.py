"""What the summary after a deadline says: who owed an answer and gave none, and how many did what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.publications.participants import Counts, counts_of

if TYPE_CHECKING:
    from apps.publications.models import Circulation

NAMED = 50


@dataclass(frozen=True, slots=True)
class Summary:
    """``silent`` are the names of reviewers without an answer, at most ``NAMED``; ``more``: how many others."""

    counts: Counts
    comments: int
    silent: list[str]
    more: int


def summary_of(circulation: Circulation, now: datetime) -> Summary:
    """Return how the circulation ended, as far as that is known at ``now``. Three queries."""
    today = now.astimezone(UTC).date()
    counts = counts_of(circulation, today)
    owing = circulation.consultees.live().known_owing(today)
    names = owing.order_by("member__name", "pk").values_list("member__name", flat=True)
    silent = [name or gettext("No name given") for name in names[:NAMED]]
    comments = circulation.comments.known(today).count()
    return Summary(counts, comments, silent, max(counts.owing - len(silent), 0))
