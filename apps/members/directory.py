"""People in lists, each as far as the reader sees them: the directory of members, and who is in a group.

Rows are plain values: fifty rows of models each took longest of the whole page, and what is hidden is never read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.core.countries import country_name
from apps.core.prepared import Prepared
from apps.members.models import Group, Member, Membership, StakeholderGroup, Topic
from apps.members.permissions import Personal, Role, field_q
from apps.members.querysets import MembershipQuerySet, met, seen

FEW = 50
LISTED = (
    "pk",
    "name",
    "is_listed",
    "seen_organisation",
    "seen_position",
    "seen_country",
    "seen_stakeholders",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One person in a list. Empty is what they have not said, or do not show."""

    pk: int
    name: str
    has_page: bool
    organisation: str = ""
    position: str = ""
    country_code: str = ""
    stakeholder_group: str = ""
    is_unlisted: bool = False
    role: str = ""
    topics: tuple[str, ...] = ()

    @property
    def country(self) -> str:
        return country_name(self.country_code)

    @property
    def stakeholders(self) -> str:
        return str(StakeholderGroup(self.stakeholder_group).label) if self.stakeholder_group else ""

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label) if self.role else ""


def directory_rows(found: Iterable[tuple[Any, ...]], reader: Member) -> list[Row]:
    """Return what a list shows of people whose values are those of ``LISTED``. One query, for the topics."""
    people = list(found)
    topics = _topics_of([person[0] for person in people], reader)
    return [
        Row(
            pk=pk,
            name=name,
            has_page=True,
            organisation=organisation,
            position=position,
            country_code=country_code,
            stakeholder_group=stakeholder_group,
            is_unlisted=not is_listed,
            topics=tuple(topics[pk]),
        )
        for pk, name, is_listed, organisation, position, country_code, stakeholder_group in people
    ]


def _topics_of(people: list[int], reader: Member) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for member_id, title in _INTERESTS.rows(reader, *people) if people else ():
        found[member_id].append(title)
    return found


def _interests(reader: Member, *people: int) -> QuerySet[Any]:
    shown = field_q(reader, Personal.TOPICS, "member")
    interests = Member.topics.through.objects.filter(shown, member__in=people)
    return interests.order_by("topic__position", "topic__title").values_list("member", "topic__title")


_INTERESTS = Prepared(_interests)


def interested_in(topics: Iterable[Topic], reader: Member | None, count: int) -> list[Row]:
    """Return the first ``count`` people by name whom these topics interest, at most ``FEW``, as far as each lets the
    reader know; nobody for strangers. One query.
    """
    if reader is None:
        return []
    found = _INTERESTED.rows(reader, *(topic.pk for topic in topics))[:count]
    return [
        Row(pk, name, True, organisation, position, country_code)
        for pk, name, organisation, position, country_code in found
    ]


def _interested(reader: Member, *topics: int) -> QuerySet[Any]:
    interested = Member.topics.through.objects.filter(topic__in=topics).values("member")
    people = Member.objects.visible_to(reader).active().filter(field_q(reader, Personal.TOPICS), pk__in=interested)
    listed = people.as_seen_by(reader).order_by("name", "pk")
    return listed.values_list("pk", "name", "seen_organisation", "seen_position", "seen_country")[:FEW]


_INTERESTED = Prepared(_interested)


def people_in(group: Group, reader: Member) -> QuerySet[Any]:
    """Who is in the group, as values for ``group_rows``, the leading ones first; only those to outsiders."""
    return _everybody(reader, group.pk) if _sees_all(reader, group) else _leaders(reader, group.pk)


def first_people_in(group: Group, reader: Member, count: int) -> list[Row]:
    """Return the first ``count`` of them, at most ``FEW``. One query."""
    few = _FEW_OF_ALL if _sees_all(reader, group) else _FEW_LEADERS
    return group_rows(few.rows(reader, group.pk)[:count])


def _sees_all(reader: Member, group: Group) -> bool:
    return reader.has_perm("members.see_members_group", group)


def _everybody(reader: Member, group: int) -> QuerySet[Any]:
    return _in_order(reader, Membership.objects.current().filter(group=group))


def _leaders(reader: Member, group: int) -> QuerySet[Any]:
    return _in_order(reader, Membership.objects.current().leading().filter(group=group))


_FEW_OF_ALL = Prepared(lambda reader, group: _everybody(reader, group)[:FEW])
_FEW_LEADERS = Prepared(lambda reader, group: _leaders(reader, group)[:FEW])


def _in_order(reader: Member, memberships: MembershipQuerySet) -> QuerySet[Any]:
    present = memberships.filter(member__is_active=True)
    # The names of the roles happen to follow their rank: chair, coordinator, member, observer.
    return present.order_by("role", "member__name", "pk").values_list(
        "member",
        "member__name",
        met(reader, "member"),
        seen(reader, Personal.ORGANISATION, "organisation__name", "member"),
        seen(reader, Personal.POSITION, "position", "member"),
        seen(reader, Personal.COUNTRY, "country", "member"),
        "role",
    )


def group_rows(people: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Return what a list shows of the people from ``people_in``."""
    return [
        Row(pk, name, bool(has_page), organisation, position, country_code, role=role)
        for pk, name, has_page, organisation, position, country_code, role in people
    ]
