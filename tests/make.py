"""Makers of rows for tests: sensible values, everything can be said otherwise."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password

from apps.events.models import Event, Participation
from apps.members.models import Group, Invitation, LegalText, Member, Membership, Organisation, Topic
from apps.members.permissions import Role, Visibility

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

_numbers = count(1)
_encoded = cache(make_password)  # Argon2 is slow on purpose: once per password is enough


def make_member(email="", *, group=None, role=Role.MEMBER, password=None, **fields):
    number = next(_numbers)
    fields.setdefault("name", f"Person {number}")
    member = Member.objects.create_user(email or f"person{number}@example.org", None, **fields)
    if password:
        Member.objects.filter(pk=member.pk).update(password=_encoded(password))
        member.refresh_from_db()
    if group:
        make_membership(group=group, member=member, role=role)
    return member


def make_organisation(**fields):
    fields.setdefault("name", f"Institute {next(_numbers)}")
    return Organisation.objects.create(**fields)


def make_group(**fields):
    number = next(_numbers)
    fields.setdefault("name", f"Group {number}")
    fields.setdefault("slug", f"group-{number}")
    fields.setdefault("visibility", Visibility.MEMBERS)
    return Group.objects.create(**fields)


def make_membership(*, group, member, role=Role.MEMBER, **fields):
    member._group_roles = None
    return Membership.objects.create(group=group, member=member, role=role, **fields)


def make_topic(**fields):
    number = next(_numbers)
    fields.setdefault("title", f"Topic {number}")
    fields.setdefault("slug", f"topic-{number}")
    return Topic.objects.create(**fields)


def make_legal_text(**fields):
    fields.setdefault("kind", LegalText.Kind.PRIVACY)
    fields.setdefault("body", "We keep what we need.")
    fields.setdefault("published_at", NOW - timedelta(days=365))
    return LegalText.objects.create(**fields)


def make_invitation(*, group, **fields):
    fields.setdefault("address", f"guest{next(_numbers)}@example.net")
    return Invitation.objects.create(group=group, **fields)


def make_event(*, group=None, **fields):
    number = next(_numbers)
    fields.setdefault("title", f"Event {number}")
    fields.setdefault("slug", f"event-{number}")
    fields.setdefault("starts_at", NOW + timedelta(days=30))
    fields.setdefault("ends_at", fields["starts_at"] + timedelta(hours=2))
    fields.setdefault("time_zone", "Europe/Berlin")
    fields.setdefault("state", Event.State.SCHEDULED)
    fields.setdefault("place", "Bonn")
    event = Event.objects.create(group=group or make_group(), **fields)
    event.refresh_from_db()
    return event


def make_participation(*, event, member, **fields):
    fields.setdefault("invited_at", NOW - timedelta(days=60))
    if fields.get("answer") == "yes":
        fields.setdefault("mode", "online")
        fields.setdefault("has_seat", fields.get("queue_number") is None)
    if fields.get("answer"):
        fields.setdefault("answered_at", fields["invited_at"])
        fields.setdefault("answer_since", fields["invited_at"])
        fields.setdefault("interested_since", None if fields["answer"] == "no" else fields["answer_since"])
    return Participation.objects.create(event=event, member=member, **fields)
