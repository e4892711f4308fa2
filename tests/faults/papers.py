"""Inside the portal around papers: circulations and threads to be mailed about, files and how they are read."""

import hashlib
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from apps.core.leftovers import LEFT_AFTER, remove_leftovers
from apps.discussions.actions import open_thread
from apps.discussions.models import Thread
from apps.members.models import Group, Member
from apps.publications import actions
from apps.publications.actions.reading import LEASE, SECONDS
from apps.publications.models import Circulation, Publication, Version, VersionPage
from tests.faults import scenes
from tests.hostile import plain_pdf

FOLDERS = ("publications", "publications/pages")


def circulate(*, count, slug="letters"):
    """Make ``count`` people and ask them all for comments on a paper of its own."""
    people = scenes.make_people(slug, count, Group.objects.get(slug="group"), "!")
    staff, now = Member.objects.get(email="staff@example.org"), timezone.now()
    publication = make_paper(slug)
    version = actions.add_version(
        actor=staff, publication=publication, upload=ContentFile(plain_pdf(1), name="paper.pdf"), now=now
    )
    asked = Circulation(publication=publication, version=version, deadline_on=now.date() + timedelta(days=30))
    circulation = actions.save_circulation(actor=staff, circulation=asked, now=now)
    circulation.people.set(people)
    ids = [person.pk for person in people]
    actions.open_circulation(actor=staff, circulation=circulation, member_ids=ids, once="a", now=now)
    return count


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
    """{SHA-256 that was acknowledged: "kept", or what lies there instead}."""
    return {version.sha256: _lies(version) for version in Version.objects.defer("text")}


def _lies(version):
    try:
        with version.file.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        return repr(fault)
    return "kept" if found == version.sha256 else f"other bytes: {found}"


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


def skip_pauses():
    """Have the pauses between tries run out, and say how many files still wait to be read.

    A lease that a living worker holds ends later than any that is looked at here.
    """
    waiting = Version.objects.filter(reading="waiting")
    waiting.filter(reading_until__lt=timezone.now() + LEASE - timedelta(seconds=SECONDS)).update(reading_until=None)
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
    actions.remove_stray_files(later)
    remove_leftovers(later - LEFT_AFTER)
    return strays()
