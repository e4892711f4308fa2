"""Inside the portal around papers: circulations and threads to be mailed about, files and how they are read."""

import hashlib
from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from apps.core.leftovers import LEFT_AFTER, remove_leftovers
from apps.core.strays import remove_strays
from apps.discussions.actions import open_thread, write_post
from apps.discussions.models import Attachment, Thread
from apps.members.models import Group, Member
from apps.notifications.models import OutgoingMail
from apps.publications import actions
from apps.publications.actions.reading import LEASE, MAX_TRIES, SECONDS
from apps.publications.models import Circulation, Publication, Version, VersionPage
from tests.faults import scenes
from tests.hostile import plain_pdf

FOLDERS = ("publications", "publications/pages")
LAST_CHASE = timedelta(hours=12)  # before the deadline


def circulate(*, count, slug="letters", chased_in_seconds=None):
    """Make ``count`` people and ask them all for comments on a paper of its own.

    With ``chased_in_seconds`` they owe an answer, and their last chase is due that soon.
    """
    people = scenes.make_people(slug, count, Group.objects.get(slug="group"), "!")
    staff = Member.objects.get(email="staff@example.org")
    publication = make_paper(slug)
    version = _add_version(staff, publication, plain_pdf(1))
    now = timezone.now()
    asked = Circulation(publication=publication, version=version, deadline_on=now.date() + timedelta(days=30))
    if chased_in_seconds is not None:
        end = (now + timedelta(seconds=chased_in_seconds) + LAST_CHASE).astimezone(UTC)
        asked.deadline_on, asked.deadline_time, asked.deadline_zone = end.date(), end.time(), "UTC"
    circulation = actions.save_circulation(actor=staff, circulation=asked, now=now)
    (circulation.people if chased_in_seconds is None else circulation.reviewers).set(people)
    ids = [person.pk for person in people]
    actions.open_circulation(actor=staff, circulation=circulation, member_ids=ids, once="a", now=now)
    return count


def circulated():
    """{kind: how many mails about circulations have left, or may have}."""
    mails = OutgoingMail.objects.filter(kind__startswith="circulation_", state__in=["sent", "unclear"])
    return dict(Counter(mails.values_list("kind", flat=True)))


def _add_version(staff, publication, content):
    upload = ContentFile(content, name="paper.pdf")
    return actions.add_version(actor=staff, publication=publication, upload=upload, now=timezone.now())


def keep_files(*, versions, attachments):
    """Put files on a paper and on the posts of a thread that nobody else follows; returns their SHA-256."""
    staff, group = Member.objects.get(email="staff@example.org"), Group.objects.create(name="Files", slug="files")
    paper = make_paper("kept")
    for number in range(versions):
        _add_version(staff, paper, plain_pdf(number, 10_000))
    thread = Thread(group=group, title="Files", visibility="group")
    thread, _post = open_thread(actor=staff, thread=thread, text="Here they are.", now=timezone.now())
    for number in range(attachments):
        upload = ContentFile(plain_pdf(versions + number, 10_000), name="post.pdf")
        write_post(actor=staff, thread=thread, text=f"File {number}", upload=upload, now=timezone.now())
    return [*kept(), *attached()]


def discuss(*, count, slug="speakers"):
    """Open a thread in a group of ``count`` people and its writer, at a time when its first post is told at once."""
    group = Group.objects.create(name=slug.title(), slug=slug, visibility="members")
    writer, *_others = scenes.make_people(slug, count + 1, group, "!")
    thread = Thread(group=group, title="Letters of authorisation", visibility="group")
    open_thread(actor=writer, thread=thread, text="Who has seen one?", now=timezone.now() - timedelta(minutes=3))
    return count


def make_paper(slug):
    return Publication.objects.create(
        group=Group.objects.get(slug="group"), slug=slug, title=slug.title(), state="draft", visibility="group"
    )


def make_papers(*, slugs):
    """Drafts to add files to; {slug: number}."""
    return {slug: make_paper(slug).pk for slug in slugs}


def kept():
    """{SHA-256 that a version's row has: "kept", or what lies there instead}."""
    return {version.sha256: _lies(version) for version in Version.objects.defer("text")}


def attached():
    """The same of the files of posts."""
    return {attachment.sha256: _lies(attachment) for attachment in Attachment.objects.all()}


def not_kept():
    """A sentence for each file whose row says something else than what lies there."""
    for row in [*Version.objects.defer("text"), *Attachment.objects.all()]:
        if (lies := _lies(row)) != "kept":
            yield f"the file of {row._meta.model_name} {row.pk}: {lies}"
    for page, name in VersionPage.objects.values_list("pk", "image"):
        if not default_storage.exists(name):
            yield f"the picture of page {page} is gone"


def _lies(row):
    try:
        with row.file.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        return repr(fault)
    return "kept" if found == row.sha256 else f"other bytes: {found}"


def addresses():
    """[address, SHA-256] of every file."""
    rows = Version.objects.select_related("publication").defer("text")
    return [[reverse("publications:version_file", args=(row.publication.slug, row.number)), row.sha256] for row in rows]


def reading():
    """{SHA-256: [how its reading stands, what is said of it, how many pages are kept]}."""
    rows = Version.objects.defer("text").prefetch_related("page_set")
    return {row.sha256: [row.reading, row.reading_fault, row.page_set.count()] for row in rows}


def unread():
    return Version.objects.filter(reading="waiting").count()


def claimed():
    """How many a worker has begun to read."""
    return Version.objects.filter(reading="waiting", reading_until__gt=timezone.now(), reading_tries__gt=0).count()


def end_pauses(*, tries=None):
    """Have the leases and pauses of all that waits to be read run out; they count as tried that often before."""
    waiting = Version.objects.filter(reading="waiting")
    waiting.update(reading_until=None, **({} if tries is None else {"reading_tries": tries}))


def skip_pauses(*, hurried=()):
    """Have the pauses between tries run out, and say how many files still wait to be read.

    A lease that a living worker holds ends later than any that is looked at here. Of a file whose digest is among the
    ``hurried`` every try is the last, which takes one page alone.
    """
    waiting = Version.objects.filter(reading="waiting")
    latest = timezone.now() + LEASE - timedelta(seconds=SECONDS)
    waiting.filter(reading_until__lt=latest).update(reading_until=None)
    waiting.filter(reading_until=None, sha256__in=hurried).update(reading_tries=MAX_TRIES - 1)
    return waiting.count()


def read_rest():
    """Read what waits, here and now; the worker would take some of one file every few seconds."""
    while unread():
        end_pauses()
        actions.read_next(timezone.now())


def strays():
    """Files that belong to no version or page, and what lies where files are on their way in."""
    known = set(Version.objects.values_list("file", flat=True)) | set(
        VersionPage.objects.values_list("image", flat=True)
    )
    found = [path.name for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()]
    for folder in FOLDERS:
        if default_storage.exists(folder):
            found += [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    return [name for name in found if name not in known]


def sweep():
    """What the daily tasks do, two days later; returns what is still astray."""
    later = timezone.now() + timedelta(days=2)
    remove_strays(later)
    remove_leftovers(later - LEFT_AFTER)
    return strays()
