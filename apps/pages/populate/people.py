"""Synthetic people with their organisations, groups and interests. Nobody of them can sign in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from apps.members.models import Group, Member, Membership, Organisation, StakeholderGroup, Topic
from apps.members.permissions import Personal, Role, Visibility
from apps.pages.populate.draws import MARK, draw_for, missing_numbers, weighted

DOMAIN = f"{MARK}.example.org"
GROUP_PREFIX = f"{MARK}-"
BATCH = 2000
ORGANISATIONS = 200
GROUPS = 8

_COUNTRIES = (
    "DE",
    "WS",
    "VN",
    "EG",
    "CN",
    "JP",
    "IN",
    "KE",
    "GH",
    "SN",
    "ZA",
    "PE",
    "CO",
    "BR",
    "US",
    "CH",
    "NO",
    "NZ",
)
_ZONES = (
    "UTC",
    "Europe/Berlin",
    "Africa/Nairobi",
    "Africa/Accra",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "America/Lima",
    "America/New_York",
    "Pacific/Apia",
)
_GIVEN = (
    "Amina",
    "Björn",
    "Chiara",
    "Daniyar",
    "Efua",
    "Fatuma",
    "Gonçalo",
    "Hye-jin",
    "Ioana",
    "Jorge",
    "Łukasz",
    "Mere",
)
_FAMILY = (
    "Adeyemi",
    "Böhm",
    "Castro",
    "Đặng",
    "Eriksen",
    "Fernando",
    "Gupta",
    "Haidar",
    "Ito",
    "Kamau",
    "Nguyễn",
    "Okafor",
)
_STATUSES = {Member.Status.ACTIVE: 96, Member.Status.SUSPENDED: 1, Member.Status.DEPARTED: 3}
# How many in a hundred show each field.
_SHOWING = {
    Personal.ORGANISATION: 93,
    Personal.POSITION: 90,
    Personal.COUNTRY: 95,
    Personal.TOPICS: 85,
    Personal.GROUPS: 90,
    Personal.ABOUT: 95,
    Personal.EMAIL: 30,
    Personal.PHONE: 10,
}
_ROLES = {Role.MEMBER: 8590, Role.OBSERVER: 1400, Role.COORDINATOR: 8, Role.CHAIR: 2}
_VISIBILITIES = (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.GROUP, Visibility.GROUP)


def load_groups() -> None:
    """Make the synthetic task forces that are missing."""
    for number in range(1, GROUPS + 1):
        fields = {
            "name": f"Synthetic task force {number}",
            "visibility": _VISIBILITIES[number % len(_VISIBILITIES)],
            "purpose": "Made for benchmarks; nobody meets here.",
        }
        Group.objects.get_or_create(slug=f"{GROUP_PREFIX}{number}", defaults=fields)


def load_members(wanted: int, now: datetime) -> int:
    """Make the synthetic members up to number ``wanted`` that are missing; return how many were made."""
    present = Member.objects.filter(email__endswith=f".{DOMAIN}").count()
    numbers = missing_numbers(wanted, present)
    organisations = _organisations() if numbers else []
    for start in range(0, len(numbers), BATCH):
        _load_batch(numbers[start : start + BATCH], organisations, now)
    return len(numbers)


def _organisations() -> list[Organisation]:
    """Return the synthetic organisations, made where they are missing."""
    Organisation.objects.bulk_create(
        (_organisation(number) for number in range(1, ORGANISATIONS + 1)), ignore_conflicts=True
    )
    return list(Organisation.objects.filter(name__startswith="Synthetic institute ").order_by("name"))


def _organisation(number: int) -> Organisation:
    draw = draw_for("organisation", number)
    return Organisation(
        name=f"Synthetic institute {number:03}",
        stakeholder_group=draw.choice(StakeholderGroup.values),
        country=draw.choice(_COUNTRIES),
    )


def _load_batch(numbers: Sequence[int], organisations: list[Organisation], now: datetime) -> None:
    members = Member.objects.bulk_create([_member(number, organisations) for number in numbers])
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=member, email=member.email, verified=True, primary=True) for member in members]
    )
    _load_memberships(numbers, members, now)
    _load_interests(numbers, members)


def _member(number: int, organisations: list[Organisation]) -> Member:
    draw = draw_for("member", number)
    place = draw.randrange(len(organisations))
    status = weighted(draw, _STATUSES)
    return Member(
        email=f"person{number:06}@org{place + 1:03}.{DOMAIN}",
        name=f"{draw.choice(_GIVEN)} {draw.choice(_FAMILY)} ({MARK} {number})",
        position=f"Synthetic {draw.choice(('negotiator', 'adviser', 'analyst', 'director'))}",
        organisation=organisations[place],
        country=organisations[place].country,
        time_zone=draw.choice(_ZONES),
        hides_participation=draw.random() < 0.05,
        password=f"{UNUSABLE_PASSWORD_PREFIX}{MARK}",
        status=status,
        is_active=status == Member.Status.ACTIVE,
        **_profile(number),
    )


def _profile(number: int) -> dict[str, Any]:
    """What they say about themselves, and to whom: a draw of its own for each field, so that all mixtures occur."""
    draw = draw_for("profile", number)
    shown = {field.choice: draw.randrange(100) < percent for field, percent in _SHOWING.items()}
    return {
        "phone": f"+99 555 {number:06}" if draw.random() < 0.4 else "",
        "about": f"Made for benchmarks, {number} of many; works on nothing." if draw.random() < 0.5 else "",
        "is_listed": draw.random() < 0.97,
        **shown,
    }


def _load_memberships(numbers: Sequence[int], members: list[Member], now: datetime) -> None:
    groups = list(Group.objects.order_by("pk").values_list("pk", flat=True))
    Membership.objects.bulk_create(
        [
            _membership(number, member, group, now)
            for number, member in zip(numbers, members, strict=True)
            for group in _groups_of(number, groups)
        ]
    )


def _groups_of(number: int, groups: list[int]) -> list[int]:
    """The working group, which stands first, has everybody; one or two others besides."""
    draw = draw_for("groups", number)
    return [groups[0], *draw.sample(groups[1:], k=draw.randint(1, 2))]


def _membership(number: int, member: Member, group: int, now: datetime) -> Membership:
    draw = draw_for(f"membership {group}", number)
    started_on = (now - timedelta(days=draw.randint(1200, 2500))).date()
    is_over = draw.random() < 0.05
    return Membership(
        group_id=group,
        member=member,
        role=weighted(draw, _ROLES),
        started_on=started_on,
        ended_on=started_on + timedelta(days=150) if is_over else None,
    )


def _load_interests(numbers: Sequence[int], members: list[Member]) -> None:
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    interest = Member.topics.through
    interest.objects.bulk_create(
        [
            interest(member_id=member.pk, topic_id=topic)
            for number, member in zip(numbers, members, strict=True)
            for topic in draw_for("interests", number).sample(topics, k=2)
        ]
    )
