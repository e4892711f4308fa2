"""How one reader stands to a circulation: asked or not, answered or not, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import QuerySet

from apps.core.prepared import Prepared
from apps.members.models import Member
from apps.members.permissions import Role, allows
from apps.publications.deadline import time_left
from apps.publications.models import Circulation, Consultee


@dataclass(frozen=True, slots=True)
class Standing:
    """One circulation for one reader; ``consultee`` is the reader's own live row, None for who only leads or wrote."""

    circulation: Circulation
    reader: Member
    consultee: Consultee | None
    now: datetime

    @property
    def until(self) -> datetime:
        """The first instant that is too late for this reader."""
        if self.consultee is None:
            return self.circulation.deadline_at
        return self.circulation.takes_comments_until(self.consultee)

    @property
    def is_extended(self) -> bool:
        """Whether the reader has longer than the others."""
        return self.until > self.circulation.deadline_at

    @property
    def is_after_others(self) -> bool:
        """Whether the deadline of all has passed, and the reader's own has not."""
        return self.circulation.deadline_at <= self.now < self.until

    @property
    def is_in_time(self) -> bool:
        return self.circulation.is_open and self.now < self.until

    @property
    def time_left(self) -> str:
        """The time really left, in words; "" when there is none."""
        return time_left(self.until, self.now) if self.is_in_time else ""

    @property
    def has_answered(self) -> bool:
        return self.consultee is not None and self.consultee.answered_on is not None

    @property
    def owes(self) -> bool:
        """Whether an answer is still owed, and can still be given."""
        return self.consultee is not None and self.consultee.owes and self.is_in_time

    @property
    def may_comment(self) -> bool:
        """Whether the reader may write and send now. Two queries beside the roles'."""
        return self.is_in_time and allows(self.reader, "publications.comment_circulation", self.circulation)

    @property
    def leads(self) -> bool:
        """Whether the reader sees who takes part. At most one query beside the roles'."""
        return allows(self.reader, "publications.lead_circulation", self.circulation)


def running_for(reader: Member, now: datetime) -> list[Standing]:
    """Return the circulations in which the reader may still say something, owed answers first, then by deadline.

    One query beside the roles'. An observer of the paper's group only reads, so those are left out.
    """
    known = [Standing(row.circulation, reader, row, now) for row in _RUNNING.objects(reader)]
    return sorted(
        (each for each in known if each.is_in_time), key=lambda each: (not each.owes, each.until, each.circulation.pk)
    )


def _running(reader: Member) -> QuerySet[Consultee]:
    observed = [group for group, role in reader.group_roles().items() if role == Role.OBSERVER]
    rows = Consultee.objects.live_for(reader).filter(circulation__state=Circulation.State.OPEN)
    rows = rows.exclude(circulation__publication__group__in=observed)
    return rows.select_related("circulation__publication").defer(
        "circulation__instructions", "circulation__publication__abstract"
    )


_RUNNING = Prepared(_running, with_groups_of_staff=True)


def standing_of(circulation: Circulation, reader: Member, now: datetime) -> Standing:
    """Return how the reader stands to the circulation. One query beside the roles'; the policy asks it no more."""
    consultee = next(iter(_OWN.objects(reader, circulation.pk)), None)
    circulation.known_consultees[reader.pk] = consultee
    return Standing(circulation, reader, consultee, now)


# What somebody is asked through counts for staff too.
_OWN = Prepared(
    lambda reader, circulation: Consultee.objects.live_for(reader).filter(circulation=circulation),
    with_groups_of_staff=True,
)


def day_of(now: datetime) -> date:
    """Return the day that answers and comments carry: that of UTC, the same for everybody."""
    return now.astimezone(UTC).date()
