"""Whether the chases of open circulations are planned, each at its moment, and none for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType

from apps.notifications.models import Reminder
from apps.publications.models import Circulation, Consultee
from apps.publications.planning import CHASES, chase

State = Reminder.State


def differences(now: datetime) -> Iterator[str]:
    """Yield chases that are not planned, planned for another moment, or for what is not open. Four queries."""
    rows = _rows()
    known = {(row.about_id, row.rule, row.anchor_at): row for row in rows}
    longer = _longer()
    for circulation in Circulation.objects.open().order_by("pk").iterator():
        anchors = {circulation.deadline_at, *(at for at in longer[circulation.pk] if at > circulation.deadline_at)}
        for anchor_at in sorted(anchors):
            yield from _unplanned(circulation, anchor_at, known, now)
    is_open = set(Circulation.objects.open().values_list("pk", flat=True))
    for row in rows:
        if row.state == State.SCHEDULED and row.about_id not in is_open:
            yield f"circulation {row.about_id}: reminder {row.pk} is planned although it is not open"


def _rows() -> list[Any]:
    about_type = ContentType.objects.get_for_model(Circulation)
    return list(Reminder.objects.filter(about_type=about_type).order_by("pk"))


def _longer() -> defaultdict[int, set[datetime]]:
    found: defaultdict[int, set[datetime]] = defaultdict(set)
    extended = Consultee.objects.filter(circulation__state="open", removed_at=None)
    for circulation, until in extended.values_list("circulation", "extended_until"):
        if until:
            found[circulation].add(until)
    return found


def _unplanned(circulation: Circulation, anchor_at: datetime, known: dict[Any, Any], now: datetime) -> Iterator[str]:
    for days in CHASES:
        wanted = chase(circulation, days, anchor_at)
        row = known.get((circulation.pk, wanted.rule, anchor_at))
        if wanted.due_at <= now:
            continue
        if row is None or row.state == State.CANCELLED:
            yield f"circulation {circulation.pk}: the chase of {wanted.rule} is not planned"
        elif row.state == State.SCHEDULED and (row.due_at, row.expires_at) != (wanted.due_at, anchor_at):
            yield f"circulation {circulation.pk}: reminder {row.pk} is planned for the wrong moment"
