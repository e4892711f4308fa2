"""People and groups of the journey through threads, as code that runs inside the portal under test, and its dump."""

import sqlite3
from contextlib import closing
from pathlib import Path

# Of the one who writes without a name. No other row has this number, no other person these names.
CANARY, CANARY_ADDRESS, CANARY_NUMBER = "Zaqueu Canarinho", "zaqueu@canarinho.example", 7_700_077

PEOPLE = f"""
import json
from django.contrib.auth.hashers import make_password
from apps.members.models import Group, Member, Membership
password = make_password("correct horse battery")
names = ("North", "South")
first, second = (Group.objects.create(name=name, slug=name.lower(), visibility="members") for name in names)
def person(name, address, *groups, role="member", **fields):
    member = Member.objects.create_user(address, None, name=name, is_listed=False, **fields)
    Member.objects.filter(pk=member.pk).update(password=password)
    for group in groups:
        Membership.objects.create(group=group, member=member, role=role)
person("Carl Chair", "carl@example.org", first, second, role="chair")
person("Wanda Writer", "wanda@example.org", first, second)
person("Rita Reader", "rita@example.org", first)
person("Sam Suspended", "sam@example.org", first, second)
person("Olga Other", "olga@example.org", second)
person({CANARY!r}, {CANARY_ADDRESS!r}, first, pk={CANARY_NUMBER})
print(json.dumps(1))
"""

FEED = """
import json
from django.utils import timezone
from apps.core.links import absolute_url
from apps.members.models import Member
from apps.pages.actions import make_news_feed
feed = make_news_feed(actor=Member.objects.get(email="rita@example.org"), now=timezone.now())
print(json.dumps("/feed/" + absolute_url("pages:news_feed", token=feed.token).rpartition("/feed/")[2]))
"""

# The two minutes of the settling delay pass: what is planned is due. Returns how many sayings that were.
SETTLE = """
import json
from django.utils import timezone
from apps.notifications.models import Reminder
print(json.dumps(Reminder.objects.filter(state="scheduled").update(due_at=timezone.now())))
"""

# The fixed time comes: as if the worker had not looked since.
BATCH = """
import json
from apps.discussions.models import PostBatch
print(json.dumps(PostBatch.objects.all().delete()[0]))
"""

SUSPEND = """
import json
from apps.members.actions import suspend_member
from apps.members.models import Member
suspend_member(actor=None, member=Member.objects.get(email="sam@example.org"))
print(json.dumps(1))
"""

# What waits for the worker: sayings that are due, and mails that have not left.
WAITING = """
import json
from django.utils import timezone
from apps.notifications.models import OutgoingMail, Reminder
due = Reminder.objects.due(timezone.now()).count() + OutgoingMail.objects.unsent().count()
print(json.dumps(due))
"""


def dump(environment):
    """Every row of every table of the portal's database, as (table, its values as text)."""
    url = environment.get("DATABASE_URL")
    return list(_postgres_rows(url) if url else _sqlite_rows(Path(environment["DATA_DIR"])))


def _sqlite_rows(folder):
    [path] = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield table, repr(row)


def _postgres_rows(url):
    import psycopg

    with psycopg.connect(url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
        for (table,) in tables:
            for row in database.execute(f'SELECT * FROM "{table}"').fetchall():
                yield table, repr(row)
