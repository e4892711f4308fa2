"""The words in which groups, memberships and phases are asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from apps.members.permissions import LEADING_ROLES, visible_q

if TYPE_CHECKING:
    from apps.members.models import Member


class GroupQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member | None) -> GroupQuerySet:
        return self.filter(visible_q(member, self.model, group_field="pk"))


class MembershipQuerySet(models.QuerySet[Any]):
    def current(self) -> MembershipQuerySet:
        return self.filter(ended_on=None)

    def leading(self) -> MembershipQuerySet:
        return self.filter(role__in=LEADING_ROLES)


class PhaseQuerySet(models.QuerySet[Any]):
    def at(self, day: date) -> PhaseQuerySet:
        """The phase that the day belongs to: the latest one that had begun and not ended."""
        running = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
        return self.filter(running).order_by("-starts_on")
