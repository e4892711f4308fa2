"""Making the rows of a bulk load, in one transaction: all of them or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from apps.members.models import Member
from apps.pages.demo.facts import load_facts
from apps.pages.demo.people import load_people
from apps.pages.populate.events import load_events
from apps.pages.populate.people import load_groups, load_members
from apps.pages.populate.publications import load_publications
from apps.pages.populate.threads import load_posts, load_threads

# In the order in which they need each other.
MAKERS: dict[str, Callable[[int, datetime], int]] = {
    "members": load_members,
    "events": load_events,
    "publications": load_publications,
    "threads": load_threads,
    "posts": load_posts,
}


@transaction.atomic
def populate(*, wanted: dict[str, int], password: str, now: datetime) -> dict[str, int]:
    """Make what is missing up to so many synthetic things as are ``wanted``, by the names of ``MAKERS``.

    An empty database gets the facts and the people of the demo first, whose logins work with ``password``. Numbered
    rows are the same in each run on the same day, but for the secret nonces of invitations. Returns how many rows were
    made, by what they are.
    """
    load_facts(now)
    if password and not Member.objects.exists():
        load_people(password, now)
    load_groups()
    return {name: maker(wanted[name], now) for name, maker in MAKERS.items()}
