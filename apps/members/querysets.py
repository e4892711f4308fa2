"""The words in which groups, memberships, organisations and phases are asked for."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, CharField, Exists, ExpressionWrapper, F, OuterRef, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower, TruncDate

from apps.core.searched import SearchedQuerySet
from apps.members.permissions import LEADING_ROLES, Personal, field_q, met_q, visible_q

if TYPE_CHECKING:
    from apps.members.models import Member


def seen(reader: Member | None, field: Personal, column: str, person: str = "") -> Combinable:
    """Return a column about people as far as the reader sees the field it belongs to, "" elsewhere.

    What is hidden does not even leave the database. ``person`` leads from the rows asked to the people.
    """
    value = Coalesce(F(f"{person}__{column}" if person else column), Value(""), output_field=CharField())
    condition = field_q(reader, field, person)
    return Case(When(condition, then=value), default=Value(""), output_field=CharField()) if condition else value


def met(reader: Member | None, person: str = "") -> Combinable:
    """Return whether the person's page opens to the reader, as a column."""
    condition = met_q(reader, person)
    return ExpressionWrapper(condition, models.BooleanField()) if condition else Value(value=True)


class OrganisationQuerySet(SearchedQuerySet):
    def named(self, name: str) -> OrganisationQuerySet:
        """The one of this name, capitals compared as the constraint on the name compares them.

        For some letters (İ, the Kelvin sign) PostgreSQL's ``iexact``, by upper case, finds nobody where the lower cases
        are the same.
        """
        return self.alias(lower_name=Lower("name")).filter(lower_name=Lower(Value(name)))

    def seen_by(self, reader: Member | None) -> OrganisationQuerySet:
        """Those that the reader sees somebody to belong to."""
        people = self.model._meta.get_field("members").related_model._default_manager
        seen_there = met_q(reader) & field_q(reader, Personal.ORGANISATION)
        return self.filter(Exists(people.active().filter(seen_there, organisation=OuterRef("pk"))))


class GroupQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member | None) -> GroupQuerySet:
        return self.filter(visible_q(member, self.model, group_field="pk"))


class MembershipQuerySet(models.QuerySet[Any]):
    def current(self) -> MembershipQuerySet:
        return self.filter(ended_on=None)

    def there_since(self, moment: str) -> MembershipQuerySet:
        """Those that began by the day (UTC) of the ``moment`` of the query around: what came with an earlier membership
        ended with that one, and a later does not bring it back.
        """
        instant = ExpressionWrapper(OuterRef(moment), output_field=models.DateTimeField())
        return self.filter(started_on__lte=TruncDate(instant, tzinfo=UTC))

    def leading(self) -> MembershipQuerySet:
        return self.filter(role__in=LEADING_ROLES)
