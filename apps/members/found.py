"""What of people is found by words: the name, and of the other fields those that the reader sees of that person.

Each person has two entries: as every member sees them, and whole, for staff and for that person. No reader searches
both, so nobody finds anything by a word they do not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.core import searchable
from apps.core.countries import country_name
from apps.core.searchable import Piece, Row, Searchable
from apps.members.models import Member, Membership, Organisation, Topic
from apps.members.permissions import Personal, field_q, whole_q

SHOWN, WHOLE = "shown", "whole"

FIELDS = (
    "name",
    "organisation",
    "organisation_id",
    "position",
    "country",
    "about",
    "email",
    *(field.choice for field in Personal),
)


def offer() -> None:
    """Make people findable."""
    searchable.register(MEMBERS, FIELDS, {Organisation: (("name",), _at_organisations)})


def _pieces(member: Member) -> Iterator[Piece]:
    said = _said(member)
    shown = member.shown_fields()
    yield Piece(member.name, " · ".join(said.values()), part=WHOLE)
    yield Piece(member.name, " · ".join(text for field, text in said.items() if field in shown), part=SHOWN)


def _said(member: Member) -> dict[Personal, str]:
    with translation.override("en"):  # An entry is the same whoever saves.
        country = country_name(str(member.country))
    texts = {
        Personal.POSITION: member.position,
        Personal.ORGANISATION: member.organisation.name if member.organisation else "",
        Personal.COUNTRY: country,
        Personal.ABOUT: member.about,
        Personal.EMAIL: member.email,
    }
    return {field: text for field, text in texts.items() if text}


def _ways(reader: Member | None) -> dict[str, QuerySet[Any]]:
    people = Member.objects.visible_to(reader).active()
    whole = whole_q(reader)
    return {WHOLE: people.filter(whole), SHOWN: people.exclude(whole)}


def on_topic(people: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    """Narrow to those of whom the reader sees that they are interested in the topic, or in a finer one."""
    topics = Topic.objects.filter(Q(slug=slug) | Q(parent__slug=slug))
    interested = Member.topics.through.objects.filter(topic__in=topics).values("member")
    return people.filter(field_q(reader, Personal.TOPICS), pk__in=interested)


def in_group(people: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    """Narrow to those of whom the reader sees that they belong to the group."""
    present = Membership.objects.current().filter(group__slug=slug).values("member")
    return people.filter(field_q(reader, Personal.GROUPS), pk__in=present)


def _rows(keys: list[str], reader: Member | None) -> dict[str, Row]:
    """One query."""
    people = Member.objects.visible_to(reader).filter(pk__in=keys)
    return {
        searchable.key_of(pk): Row(reverse("members:detail", args=[pk])) for pk in people.values_list("pk", flat=True)
    }


def _at_organisations(organisations: Iterable[Any]) -> QuerySet[Any]:
    return Member.objects.get_queryset().filter(organisation__in=organisations)


MEMBERS = Searchable(
    kind="member",
    number=1,
    name=_("Member"),
    plural=_("Members"),
    model=Member,
    pieces=_pieces,
    ways=_ways,
    parts=(WHOLE, SHOWN),
    on_topic=on_topic,
    in_group=in_group,
    rows=_rows,
    load=lambda people: people.select_related("organisation"),
)
