"""Code that runs inside the portal under test: thirty people to ask, time that passes, and what the database holds."""

PASSWORD = "correct horse battery"

# Who signs in, by address: what they are called. The words that begin with Zq are in no dictionary.
WANDA, SOFIA = "wanda@ngo.example", "sofia@ministry.example"
BERT, NORA = "bert@ministry.example", "nora@bank.example"
OLAF, PETRA = "olaf@ministry.example", "petra@ministry.example"
CHAIR, STAFF = "chair@institute.example", "staff@example.org"
NAMES = {
    WANDA: "Wanda Zq7veil",
    SOFIA: "Sofia Zq8cloak",
    BERT: "Bert Open",
    NORA: "Nora None",
    OLAF: "Olaf Owing",
    PETRA: "Petra Owing",
    CHAIR: "Chris Chair",
}
REVIEWERS = [WANDA, BERT, NORA, OLAF, PETRA]
HOUSE = "Ministry of Markets"
READER = "rita@readers.example"

# Thirty in the group: those above and others who stay silent. Six of them stand for one house.
PEOPLE = f"""
import json
from django.contrib.auth.hashers import make_password
from apps.members.models import Group, Member, Membership, Organisation, Topic
names = {NAMES!r}
password = make_password({PASSWORD!r})
house = Organisation.objects.create(name={HOUSE!r}, stakeholder_group="party")
topic = Topic.objects.create(title="Registries", slug="registries")
Member.objects.create(email={STAFF!r}, name="Staff", is_staff=True, password=password)
Member.objects.create(email={READER!r}, name="Rita Reader", password=password).topics.add(topic)
group = Group.objects.create(name="Task force", slug="task-force", visibility="members")
names |= {{f"silent{{number}}@many.example": f"Silent {{number}}" for number in range(30 - len(names))}}
of_house = [email for email in names if "@ministry." in email or email.startswith(("silent1@", "silent2@"))]
people = Member.objects.bulk_create(
    Member(email=email, name=name, password=password, organisation=house if email in of_house else None)
    for email, name in names.items())
Membership.objects.bulk_create(
    Membership(group=group, member=person, role="chair" if person.email == {CHAIR!r} else "member")
    for person in people)
print(json.dumps([person.email for person in people]))
"""

# The deadline as if it had been stated so that this much is left of it; chases follow.
DEADLINE_IN = """
import json
from datetime import timedelta
from django.utils import timezone
from apps.publications.models import Circulation
from apps.publications.planning import plan_chases
now = timezone.now()
circulation = Circulation.objects.get()
there = now.replace(microsecond=0) + timedelta({left}) - timedelta(hours=12)
circulation.deadline_on, circulation.deadline_time = there.date(), there.time()
circulation.save(update_fields=["deadline_on", "deadline_time"])
plan_chases(circulation, now)
print(json.dumps(1))
"""

# Everything that bears a day bears the day before.
NIGHT = """
import json
from datetime import timedelta
from apps.publications.models import Circulation, Comment, Consultee
day = timedelta(days=1)
for comment in Comment.objects.all():
    Comment.objects.filter(pk=comment.pk).update(sent_on=comment.sent_on - day)
for asked in Consultee.objects.exclude(answered_on=None):
    Consultee.objects.filter(pk=asked.pk).update(answered_on=asked.answered_on - day)
circulation = Circulation.objects.get()
Circulation.objects.update(closed_at=circulation.closed_at - day)
print(json.dumps(Comment.objects.count()))
"""

# Comments in the order of the document, each as its columns; and the files of the paper.
COMMENTS = """
import json
from apps.publications.models import Comment
columns = ("pk", "attribution", "label", "line", "section", "paragraph", "kind", "comment", "proposed_change",
    "disposition", "reason", "resolved_in__number", "page", "quote", "author__email", "revision")
rows = Comment.objects.order_by("place", "id").values(*columns)
print(json.dumps(list(rows), default=str))
"""

# The hour at which the paper is to come out, come.
HOUR_COME = """
import json
from django.utils import timezone
from apps.publications.models import Publication
print(json.dumps(Publication.objects.exclude(publish_at=None).update(publish_at=timezone.now())))
"""

# A circulation to all of the group, opened this moment; the mails begin to leave.
OPENED = f"""
import json
from datetime import timedelta
from django.utils import timezone
from apps.members.models import Group, Member
from apps.publications.actions import open_circulation
from apps.publications.models import Circulation, Publication, Version
now = timezone.now()
group = Group.objects.get(slug="task-force")
paper = Publication.objects.create(title="Letters of authorisation", slug="letters", group=group)
version = Version.objects.create(publication=paper, number=1, size=1, sha256="0" * 64, made_at=now, pages=1,
    reading="ready", file="publications/none.pdf")
circulation = Circulation.objects.create(publication=paper, version=version,
    deadline_on=(now + timedelta(days=20)).date())
circulation.groups.add(group)
everybody = list(group.memberships.values_list("member", flat=True))
open_circulation(actor=Member.objects.get(email={STAFF!r}), circulation=circulation, member_ids=everybody, once="a",
    now=now)
print(json.dumps(circulation.pk))
"""

# How many mails are neither gone nor given up.
UNFINISHED = """
import json
from apps.notifications.models import OutgoingMail
print(json.dumps(OutgoingMail.objects.unfinished().count()))
"""
