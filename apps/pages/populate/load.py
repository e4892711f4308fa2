"""Making the rows of a bulk load, in one transaction: all of them or none."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.members.models import Member
from apps.pages.demo.facts import load_facts
from apps.pages.demo.people import load_people
from apps.pages.populate.events import load_events
from apps.pages.populate.people import load_groups, load_members


@transaction.atomic
def populate(*, members: int, events: int, password: str, now: datetime) -> dict[str, int]:
    """Make what is missing up to ``members`` synthetic members and ``events`` synthetic events.

    An empty database gets the facts and the people of the demo first, whose logins work with ``password``. Numbered
    rows are the same in each run on the same day, but for the secret nonces of invitations. Returns how many rows were
    made, by what they are.
    """
    load_facts(now)
    if password and not Member.objects.exists():
        load_people(password, now)
    load_groups()
    return {"members": load_members(members, now), "events": load_events(events, now)}
