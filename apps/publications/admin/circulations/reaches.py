"""How many people the chases of circulations would reach now, for the desk: as known today."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from apps.notifications.admin import due
from apps.publications.admin.circulations.counts import with_counts
from apps.publications.models import Circulation
from apps.publications.planning import PREFIX
from apps.publications.standing import day_of


def reaches(rules: Iterable[str]) -> dict[str, due.Reach]:
    """Return what these rules reach, by their keys. One query."""
    by_rule = {rule: int(rule.removeprefix(PREFIX).partition(":")[0]) for rule in rules}
    found = Circulation.objects.filter(pk__in=by_rule.values()).select_related("publication")
    known = {row.pk: row for row in with_counts(found, day_of(timezone.now()))}
    return {rule: _reach(known[pk]) for rule, pk in by_rule.items() if pk in known}


def _reach(circulation: Circulation) -> due.Reach:
    url = reverse("admin:publications_circulation_change", args=[circulation.pk])
    owing: int = circulation.owing_count  # type: ignore[attr-defined]  # annotated
    return due.Reach(circulation.publication.title, url, owing)


due.register(PREFIX, reaches)
