"""How members are made and found: always by e-mail address, whatever its capitals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from apps.core.searched import SearchedQuerySet
from apps.members.permissions import Personal, Role, Visibility, met_q
from apps.members.querysets import seen

if TYPE_CHECKING:
    from apps.members.models import Member


class MemberQuerySet(SearchedQuerySet):
    def active(self) -> MemberQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, reader: Member | None) -> MemberQuerySet:
        return self.filter(met_q(reader))

    def seeing(self, thing: Any) -> MemberQuerySet:
        """Who may see a thing that belongs to a group and was opened to nobody else: ``permissions.is_visible`` the
        other way round.
        """
        within = {
            Visibility.GROUP: Exists(self._present(thing.owning_group_id)),
            Visibility.COORDINATORS: Exists(self._present(thing.owning_group_id).leading()),
        }
        narrowest = Visibility.COORDINATORS if thing.is_draft else thing.visibility
        return self.active().filter(Q(is_staff=True) | Q(within[narrowest]) if narrowest in within else Q())

    def working_in(self, thing: Any) -> MemberQuerySet:
        """Of these, who may also write in it: all but the observers of its group."""
        observing = self._present(thing.owning_group_id).filter(role=Role.OBSERVER)
        return self.filter(Q(is_staff=True) | ~Exists(observing))

    def _present(self, group_id: int) -> Any:
        memberships: Any = self.model._meta.get_field("memberships").related_model
        return memberships.objects.current().filter(group=group_id, member=OuterRef("pk"))

    def as_seen_by(self, reader: Member | None) -> MemberQuerySet:
        """Give each person's fields as far as the reader sees them, "" elsewhere, as ``seen_position`` and so on."""
        return self.annotate(
            seen_organisation=seen(reader, Personal.ORGANISATION, "organisation__name"),
            seen_stakeholders=seen(reader, Personal.ORGANISATION, "organisation__stakeholder_group"),
            seen_position=seen(reader, Personal.POSITION, "position"),
            seen_country=seen(reader, Personal.COUNTRY, "country"),
            seen_about=seen(reader, Personal.ABOUT, "about"),
            seen_email=seen(reader, Personal.EMAIL, "email"),
        )

    def with_address(self, address: str) -> MemberQuerySet:
        """Whoever has this address, capitals aside. Asked so that the unique index on the lower-case address serves."""
        return self.alias(lower_email=Lower("email")).filter(lower_email=normalised_address(address))


class MemberManager(BaseUserManager["Member"]):
    def get_queryset(self) -> MemberQuerySet:
        return MemberQuerySet(self.model, using=self._db)

    def active(self) -> MemberQuerySet:
        return self.get_queryset().active()

    def visible_to(self, reader: Member | None) -> MemberQuerySet:
        return self.get_queryset().visible_to(reader)

    def seeing(self, thing: Any) -> MemberQuerySet:
        return self.get_queryset().seeing(thing)

    def with_address(self, address: str) -> MemberQuerySet:
        return self.get_queryset().with_address(address)

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.with_address(username or "").get()

    def read_roles(self, members: Iterable[Member]) -> None:
        """Read the present roles of these members at once, for their ``group_roles()``. One query."""
        memberships: Any = self.model._meta.get_field("memberships").related_model
        roles: dict[int, dict[int, Role]] = {member.pk: {} for member in members}
        joined: dict[int, dict[int, str]] = {member.pk: {} for member in members}
        current = memberships.objects.current().filter(member__in=roles)
        for member_id, group_id, role, day in current.values_list("member", "group", "role", "started_on"):
            roles[member_id][group_id], joined[member_id][group_id] = Role(role), day.isoformat()
        for member in members:
            member.hold_roles(roles[member.pk], joined[member.pk])

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """Make a member. ``password`` None leaves the account without one (login by code).

        The address counts as proved: it comes from an accepted invitation or from the operator.
        """
        member = self.model(email=normalised_address(email), **fields)
        member.set_password(password)
        with transaction.atomic(using=self._db):
            member.save(using=self._db)
            member.hold_address()
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """Make the first coordinator (``manage.py createsuperuser``). is_superuser adds nothing to is_staff here."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


def normalised_address(address: str) -> str:
    """Return the address as we keep it: trimmed and in lower case (local parts differ by case nowhere in practice)."""
    return address.strip().lower()
