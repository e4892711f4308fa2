"""Loading the whole demo, once, in one transaction: all of it or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.members.models import Member
from apps.pages.demo.circulation import load_circulation
from apps.pages.demo.events import load_events
from apps.pages.demo.facts import load_facts
from apps.pages.demo.invitations import load_invitations, load_join_requests
from apps.pages.demo.people import address_of, load_people
from apps.pages.demo.publications import load_publications
from apps.pages.demo.threads import load_threads


def is_loaded() -> bool:
    """Whether the demo's people are here: the first of them is its mark."""
    return Member.objects.with_address(address_of("coordinator")).exists()


@transaction.atomic
def load_demo(*, password: str, now: datetime) -> None:
    """Fill an empty database. Four mails are due at once, four within a minute; nobody else is written to."""
    load_facts(now)
    members = load_people(password, now)
    load_events(members, now)
    load_threads(members, now)
    load_circulation(load_publications(members, now), members, now)
    load_invitations()
    load_join_requests(now)
