"""One person as a reader sees them: everything the person's page may say, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from apps.core.countries import country_name
from apps.members.models import Group, Member, Membership, Organisation, Topic
from apps.members.permissions import Personal, shows_field

_NOT_DIALLED = re.compile(r"[^\d+]")


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the page shows. Empty is what the person has not said, or does not show to this reader.

    ``hidden`` are the fields that only staff and the person see; to other readers nothing says that they are there.
    """

    pk: int
    name: str
    organisation: Organisation | None
    position: str
    country: str
    about: str
    email: str
    phone: str
    topics: list[Topic]
    memberships: list[Membership]
    hidden: frozenset[str]

    @property
    def dialled(self) -> str:
        """The number as a link takes it (RFC 3966): digits and the plus."""
        return _NOT_DIALLED.sub("", self.phone)

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing but the name."""
        said = (self.organisation, self.position, self.country, self.about, self.email, self.phone)
        return not any((*said, self.topics, self.memberships))


def portrait_of(person: Member, reader: Member) -> Portrait:
    """Read of the person what the reader sees. At most two queries, besides the organisation and the reader's roles."""

    def seen(field: Personal, value: Any, nothing: Any = "") -> Any:
        return value if shows_field(reader, person, field) else nothing

    return Portrait(
        pk=person.pk,
        name=person.name,
        organisation=seen(Personal.ORGANISATION, person.organisation, None),
        position=seen(Personal.POSITION, person.position),
        country=seen(Personal.COUNTRY, country_name(str(person.country))),
        about=seen(Personal.ABOUT, person.about),
        email=seen(Personal.EMAIL, person.email),
        phone=seen(Personal.PHONE, person.phone),
        topics=list(seen(Personal.TOPICS, person.topics.order_by("position", "title"), ())),
        memberships=list(seen(Personal.GROUPS, _memberships(person, reader), ())),
        hidden=frozenset(field.value for field in Personal if not getattr(person, field.choice)),
    )


def any_member() -> Member:
    """Return a reader who stands for every other member: active, not of the secretariat, in no group."""
    reader = Member()
    reader.hold_roles({})
    return reader


def _memberships(person: Member, reader: Member) -> Any:
    present = person.memberships.current().filter(group__in=Group.objects.visible_to(reader))
    return present.select_related("group").order_by("group__name")
