"""The invented people and their organisations. Six of them can sign in with the demo's password."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from apps.members.models import Consent, Group, LegalText, Member, Membership, Organisation, Topic
from apps.members.permissions import Personal
from apps.pages.demo.source import table

LOGINS = ("coordinator", "chair", "member", "other", "observer", "suspended")


def address_of(login: str) -> str:
    return f"{login}@example.org"


def load_people(password: str, now: datetime) -> dict[str, Member]:
    """Make everybody with memberships, interests and consent; return {login: member}. Hashes the password once."""
    organisations = _load_organisations()
    hashed = make_password(password)
    people = [_member(person, organisations, hashed) for person in table("people")["person"]]
    members = dict(zip(_logins(), Member.objects.bulk_create(people), strict=True))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=member, email=member.email, verified=True, primary=True) for member in members.values()
    )
    _load_memberships(members, now)
    _load_interests(members)
    _load_consents(members, now)
    return members


def _logins() -> list[str]:
    return [person["login"] for person in table("people")["person"]]


def _load_organisations() -> dict[str, Organisation]:
    rows = table("people")["organisations"]
    made = Organisation.objects.bulk_create(
        Organisation(name=name, stakeholder_group=stakeholders, country=country)
        for name, stakeholders, country in rows.values()
    )
    return dict(zip(rows, made, strict=True))


def _member(person: dict[str, Any], organisations: dict[str, Organisation], hashed: str) -> Member:
    organisation = organisations[person["at"]]
    is_suspended = person.get("is_suspended", False)
    return Member(
        email=address_of(person["login"]),
        name=person["name"],
        position=person["position"],
        organisation=organisation,
        country=organisation.country,
        time_zone=person["zone"],
        password=hashed if person["login"] in LOGINS else make_password(None),
        status=Member.Status.SUSPENDED if is_suspended else Member.Status.ACTIVE,
        is_active=not is_suspended,
        is_staff=person.get("is_staff", False),
        phone=person.get("phone", ""),
        about=person.get("about", ""),
        is_listed=not person.get("is_unlisted", False),
        **{Personal(field).choice: False for field in person.get("hides", [])},
        **{Personal(field).choice: True for field in person.get("shows", [])},
    )


def _load_memberships(members: dict[str, Member], now: datetime) -> None:
    groups = {group.slug: group for group in Group.objects.all()}
    Membership.objects.bulk_create(
        # Spread over two years, so that lists and reports have something to tell apart.
        Membership(
            group=groups[slug],
            member=members[person["login"]],
            role=role,
            started_on=(now - timedelta(days=1500 - 11 * number)).date(),
        )
        for number, person in enumerate(table("people")["person"])
        for slug, role in person.get("in", {}).items()
    )


def _load_interests(members: dict[str, Member]) -> None:
    topics = {topic.slug: topic.pk for topic in Topic.objects.all()}
    interest = Member.topics.through
    interest.objects.bulk_create(
        interest(member_id=members[person["login"]].pk, topic_id=topics[slug])
        for person in table("people")["person"]
        for slug in person.get("topics", [])
    )


def _load_consents(members: dict[str, Member], now: datetime) -> None:
    text = LegalText.objects.in_force(LegalText.Kind.PRIVACY, now)
    if text:
        Consent.objects.bulk_create(Consent(member=member, text=text, given_at=now) for member in members.values())
