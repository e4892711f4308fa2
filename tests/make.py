"""Makers of rows for tests: sensible values, everything can be said otherwise."""

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import count
from zipfile import ZIP_DEFLATED, ZipFile

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils.html import escape
from pypdf import PdfWriter

from apps.discussions.models import Post, Thread
from apps.events.models import CalendarFeed, Event, Participation
from apps.members.models import Group, Invitation, JoinRequest, LegalText, Member, Membership, Organisation, Topic
from apps.members.permissions import Role, Visibility
from apps.publications.models import Author, Circulation, Comment, Consultee, Publication, Version

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
    fields.setdefault("started_on", NOW.date() - timedelta(days=400))
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


def make_join_request(**fields):
    number = next(_numbers)
    fields.setdefault("name", f"Asker {number}")
    fields.setdefault("address", f"asker{number}@example.net")
    fields.setdefault("organisation", f"Institute {number}")
    fields.setdefault("stakeholder_group", "ngo")
    fields.setdefault("motivation", "I work on registries.")
    if fields.get("state", "waiting") != "waiting":
        fields.setdefault("decided_at", NOW)
    agreed_to = fields.pop("agreed_to", None) or LegalText.objects.first() or make_legal_text()
    return JoinRequest.objects.create(agreed_to=agreed_to, **fields)


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


def make_publication(*, group=None, authors=("Ada Author",), **fields):
    """A published paper without a file; see ``make_version``."""
    number = next(_numbers)
    fields.setdefault("title", f"Paper {number}")
    fields.setdefault("slug", f"paper-{number}")
    fields.setdefault("abstract", "What it is about.")
    fields.setdefault("state", Publication.State.PUBLISHED)
    if fields["state"] in Publication.OUT:
        fields.setdefault("published_on", NOW.date() - timedelta(days=10))
    publication = Publication.objects.create(group=group or make_group(), byline=", ".join(authors), **fields)
    for position, name in enumerate(authors, start=1):
        Author.objects.create(publication=publication, position=position, name=name)
    return publication


def make_pdf(pages=1, **metadata):
    """The bytes of a small PDF file."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    writer.add_metadata({f"/{name}": value for name, value in metadata.items()})
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType="%s"/></Types>"""
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def make_relations(*relations):
    """The part of a DOCX that says what belongs to it: pairs of type and target, the latter outside."""
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
        for number, (kind, target) in enumerate(relations)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def make_docx(*paragraphs, body=None, main=DOCX_MAIN, parts=None, packing=ZIP_DEFLATED):
    """The bytes of a small DOCX; ``body`` is XML instead of the paragraphs, ``parts`` more of its files."""
    rows = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs or ("Some text.",))
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<w:document xmlns:w="{word}"><w:body>{rows if body is None else body}</w:body></w:document>'
    file = BytesIO()
    with ZipFile(file, "w", packing) as package:
        for name, content in {"[Content_Types].xml": _TYPES % main, "word/document.xml": text, **(parts or {})}.items():
            package.writestr(name, content)
    return file.getvalue()


def make_version(*, publication, content=None, **fields):
    """A file of a publication, straight as a row."""
    content = content or make_pdf(Title=publication.title)
    number = publication.versions.count() + 1
    fields.setdefault("number", number)
    fields.setdefault("made_at", NOW)
    fields.setdefault("published_at", NOW if publication.state == "published" else None)
    suffix = fields.setdefault("format", "pdf")
    fields.setdefault("original_name", f"version-{number}.{suffix}")
    fields.setdefault("pages", 1 if suffix == "pdf" else None)
    return Version.objects.create(
        publication=publication,
        file=ContentFile(content, name=f"version-{number}.{suffix}"),
        size=len(content),
        sha256=sha256(content).hexdigest(),
        **fields,
    )


def make_circulation(*, publication=None, **fields):
    """An open one of the newest version, until ten days from NOW."""
    publication = publication or make_publication(state=Publication.State.CIRCULATING)
    version = publication.versions.order_by("-number").first() or make_version(publication=publication)
    fields.setdefault("version", version)
    fields.setdefault("state", Circulation.State.OPEN)
    fields.setdefault("deadline_on", (NOW + timedelta(days=10)).date())
    if fields["state"] != Circulation.State.PREPARED:
        fields.setdefault("opened_at", NOW - timedelta(days=1))
    return Circulation.objects.create(publication=publication, **fields)


def make_consultee(*, circulation, member=None, **fields):
    fields.setdefault("added_at", NOW - timedelta(days=1))
    return Consultee.objects.create(circulation=circulation, member=member or make_member(), **fields)


def make_comment(*, circulation, writer, attribution="none", **fields):
    """A comment as sent by ``writer``, who is stored only where the label is the name."""
    fields.setdefault("comment", f"Comment {next(_numbers)}")
    fields.setdefault("sent_on", NOW.date() - timedelta(days=1))
    fields.setdefault("label", {"name": str(writer), "none": ""}.get(attribution, "Some of them"))
    author = writer if attribution == "name" else None
    comment = Comment(circulation=circulation, attribution=attribution, author=author, **fields)
    comment.sign_for(writer)
    comment.take_place()
    comment.save(force_insert=True)
    return comment


def make_feed(member, **fields):
    fields.setdefault("made_at", NOW - timedelta(days=10))
    return CalendarFeed.objects.create(member=member, **fields)


def make_thread(*, group=None, about=None, **fields):
    """A thread without posts, as opened on the day of NOW; see ``make_post``."""
    fields.setdefault("title", f"Thread {next(_numbers)}")
    fields.setdefault("opened_on", NOW.date())
    thread = Thread(group=group or make_group(), **fields)
    if isinstance(about, Event):
        thread.event = about
    elif about is not None:
        thread.publication = about
    thread.last_posted_at = fields.get("last_posted_at") or thread.when(NOW)
    if thread.is_named:
        thread.opened_at = NOW
    thread.save(force_insert=True)
    return thread


def make_post(*, thread, writer, now=NOW, **fields):
    """A post as sent by ``writer``, who is stored only where the name shows."""
    fields.setdefault("text", f"Post {next(_numbers)}")
    fields.setdefault("attribution", "name" if thread.is_named else "none")
    post = Post(thread=thread, number=thread.take_number(now), posted_on=now.date(), **fields)
    if post.attribution == "name":
        post.author = writer
    if thread.is_named:
        post.posted_at = now
    else:
        post.sign_for(writer)
    post.save(force_insert=True)
    return post
