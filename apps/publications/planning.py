"""From a circulation's deadlines to its reminder rows: those who owe an answer are chased, nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.notifications import reminders
from apps.notifications.models import Reminder
from apps.notifications.reminders import Planned
from apps.publications.models import Circulation

# Days before the last one. 12 hours before a day ends it is noon there: "0" is the last day itself.
CHASES = (7, 2, 0)
LAST_CALL = timedelta(hours=12)
PREFIX = "publications.circulation:"


def plan_chases(circulation: Circulation, now: datetime) -> None:
    """Make the circulation's reminder rows equal to its deadline and the extensions of those who owe."""
    reminders.plan(circulation, planned_chases(circulation, now))


def planned_chases(circulation: Circulation, now: datetime) -> list[Planned]:
    """Return the chases still to come, and those that went out already. Nothing unless open. Two queries.

    A chase whose time passed before it was planned is left out: its readers have just been asked, or given more time.
    """
    if not circulation.is_open:
        return []
    kept = Reminder.objects.about(circulation).exclude(state=Reminder.State.CANCELLED)
    known = set(kept.values_list("rule", "anchor_at"))
    every = [chase(circulation, days, anchor_at) for anchor_at in deadlines(circulation) for days in CHASES]
    return [entry for entry in every if entry.due_at > now or (entry.rule, entry.anchor_at) in known]


def deadlines(circulation: Circulation) -> list[datetime]:
    """Return the deadline of all, and the later ones of those who have longer. One query.

    Whether they owe an answer is asked when its time comes: by then they may, or may not any more.
    """
    extended = circulation.consultees.filter(removed_at=None, extended_until__gt=circulation.deadline_at)
    longer = extended.values_list("extended_until", flat=True).order_by().distinct()
    return sorted({circulation.deadline_at, *(until for until in longer if until)})


def chase(circulation: Circulation, days: int, anchor_at: datetime) -> Planned:
    """Return one chase for one deadline."""
    return Planned(
        rule=f"{PREFIX}{circulation.pk}:{days}",
        kind="circulation_reminder",
        anchor_at=anchor_at,
        due_at=due_at(anchor_at, days),
        expires_at=anchor_at,
    )


def due_at(deadline_at: datetime, days: int) -> datetime:
    """Return when a chase goes out: at this distance from the deadline, whatever the zone it was stated in."""
    return deadline_at - timedelta(days=days) - LAST_CALL
