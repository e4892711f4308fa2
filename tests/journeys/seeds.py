"""Code that runs inside the portal under test: people to write to, and what became of the mails."""

PEOPLE = """
import json
from datetime import timedelta
from django.utils import timezone
from apps.events.actions import invite_members
from apps.events.models import Event
from apps.members.models import Group, Member
now = timezone.now()
staff = Member.objects.create_user("staff@example.org", name="Staff", is_staff=True)
group = Group.objects.create(name="Group", slug="group")
event = Event.objects.create(group=group, title="Registries", slug="registries", starts_at=now + timedelta(days=30),
    ends_at=now + timedelta(days=30, hours=2), state="scheduled", created_by=staff)
people = Member.objects.bulk_create(
    Member(email=f"p{{number}}@mail{{number % 7}}.example", name=f"Person {{number}}", password="!")
    for number in range({count}))
invite_members(actor=staff, event=event, member_ids=[person.pk for person in people], once="a", now=now)
print(json.dumps(len(people)))
"""

# How long the login code waited, how many invitations went before it meanwhile, and how many still wait.
CODE_SENT = """
import json
from apps.notifications.models import OutgoingMail
code = OutgoingMail.objects.get(kind="account")
others = OutgoingMail.objects.filter(kind="event_invitation")
between = others.filter(sent_at__gt=code.created_at, sent_at__lt=code.sent_at).count()
waited = (code.sent_at - code.created_at).total_seconds()
print(json.dumps([waited, between, others.filter(state="queued").count()]))
"""

CODE = """
import json
from apps.members.models import Member
from apps.notifications import outbox
from apps.notifications.recipients import recipient_of
outbox.notify_sealed(recipient_of(Member.objects.get(is_staff=True)), "Code", "Your code", "<p>Your code</p>")
print(json.dumps(1))
"""

SECRETARIAT = """
import json
from django.utils import timezone
from apps.members.models import Group, LegalText, Member
staff = Member.objects.create_user("staff@example.org", "correct horse battery", name="Staff", is_staff=True)
Group.objects.create(name="Task force", slug="task-force", visibility="members")
LegalText.objects.create(kind="privacy", body="We keep what we need.", published_at=timezone.now())
print(json.dumps(1))
"""
