"""The day after a circulation was closed: who looks after it reads who owed an answer and gave none."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from apps.members.managers import MemberQuerySet
from apps.members.models import Member, Membership
from apps.notifications.announcements import announce
from apps.publications.models import Circulation


@transaction.atomic
def summarise(circulation: Circulation, now: datetime) -> int:
    """Tell the secretariat and the group's chair and coordinators how it ended, once. Returns how many."""
    due = Circulation.objects.filter(pk=circulation.pk, state=Circulation.State.CLOSED, summarised_at=None)
    if not due.update(summarised_at=now):
        return 0
    circulation.refresh_from_db()
    told = list(readers_of(circulation).order_by("pk").values_list("pk", flat=True))
    announce("circulation_summary", circulation, told, summary_occasion(circulation), made_by=None)
    return len(told)


def summary_occasion(circulation: Circulation) -> str:
    """Return under what its summary stands in the ledger: closed again after more time was given, it has another."""
    return f"closed:{circulation.closed_at:%Y%m%dT%H%M%S}"


def readers_of(circulation: Circulation) -> MemberQuerySet:
    """Return the secretariat and those who lead the group, as far as they are active."""
    leading = Membership.objects.current().leading().filter(group=circulation.owning_group_id)
    return Member.objects.active().filter(Q(is_staff=True) | Q(pk__in=leading.values("member")))
