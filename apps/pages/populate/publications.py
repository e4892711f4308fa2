"""Synthetic publications of every kind and state over fifteen years: authors, topics, one file that all share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from fpdf import FPDF

from apps.members.models import Group, Member, Topic
from apps.members.permissions import Visibility
from apps.pages.populate.draws import MARK, draw_for, missing_numbers, weighted
from apps.pages.populate.people import DOMAIN
from apps.publications.actions import settle_harvest
from apps.publications.models import Author, Publication, Version
from apps.publications.models.version import FOLDER

SLUG_PREFIX = f"{MARK}-paper-"
BATCH = 1000
FILE = f"{FOLDER}/{MARK}.pdf"

_YEARS = 15
_SUBJECTS = (
    "Authorisation",
    "Registries",
    "Removals",
    "Baselines",
    "Reporting",
    "Crediting above the project",
    "Additionality",
)
_STATES = {
    Publication.State.PUBLISHED: 86,
    Publication.State.WITHDRAWN: 2,
    Publication.State.DRAFT: 8,
    Publication.State.CLEARED: 4,
}
_VISIBILITIES = {Visibility.PUBLIC: 70, Visibility.MEMBERS: 15, Visibility.GROUP: 12, Visibility.COORDINATORS: 3}
_LANGUAGES = {"en": 80, "fr": 8, "es": 6, "de": 4, "ar": 2}
_OUTSIDERS = ("Ada van der Muster", "王小明", "Zoë Exemplar", "Юлия Примерова", "Muster Institute")
_ABSTRACT = """
What has to be settled about **{subject}** before the next session, from two cases in practice.

Made for benchmarks, {number} of many; nobody wrote it.
"""


def load_publications(wanted: int, now: datetime) -> int:
    """Make the synthetic publications up to number ``wanted`` that are missing; return how many were made."""
    numbers = missing_numbers(wanted, Publication.objects.filter(slug__startswith=SLUG_PREFIX).count())
    if not numbers:
        return 0
    groups = list(Group.objects.order_by("pk").values_list("pk", flat=True))
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    members = list(Member.objects.filter(email__endswith=f".{DOMAIN}").order_by("pk")[:BATCH])
    content = _file()
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        authors = {number: _authors(number, members) for number in batch}
        papers = Publication.objects.bulk_create([_paper(number, groups, authors[number], now) for number in batch])
        for paper, written_by in zip(papers, authors.values(), strict=True):
            for author in written_by:
                author.publication_id = paper.pk
        Author.objects.bulk_create([author for written_by in authors.values() for author in written_by])
        Version.objects.bulk_create([_version(paper, content, now) for paper in papers])
        _load_topics(batch, papers, topics)
    settle_harvest(now)
    return len(numbers)


def _paper(number: int, groups: list[int], authors: list[Author], now: datetime) -> Publication:
    draw = draw_for("publication", number)
    subject = draw.choice(_SUBJECTS)
    state = weighted(draw, _STATES)
    published_on = _day(draw, now)
    is_out = state in Publication.OUT
    return Publication(
        slug=f"{SLUG_PREFIX}{number:06}",
        title=f"{subject}, paper {number} ({MARK})",
        subtitle="Two cases from practice" if draw.random() < 0.3 else "",
        kind=draw.choice(Publication.Kind.values),
        group_id=draw.choice([*groups[:1] * len(groups), *groups]),
        visibility=weighted(draw, _VISIBILITIES),
        abstract=_ABSTRACT.format(subject=subject, number=number).strip(),
        language=weighted(draw, _LANGUAGES),
        doi=f"10.5555/{MARK}.{number}" if draw.random() < 0.5 else "",
        licence=draw.choice(Publication.Licence.values),
        state=state,
        published_on=published_on if is_out else None,
        published_at=datetime.combine(published_on, time(9), UTC) if is_out else None,
        day_is_known=draw.random() < 0.8,
        withdrawn_reason="Withdrawn for the sake of variety." if state == Publication.State.WITHDRAWN else "",
        byline=", ".join(str(author) for author in authors),
        is_sample=True,
    )


def _day(draw: Random, now: datetime) -> date:
    """A day of the last fifteen years, so that a run on the same day makes the same."""
    return now.date() - timedelta(days=draw.randint(1, _YEARS * 365))


def _authors(number: int, members: list[Member]) -> list[Author]:
    """One to four: synthetic members where there are some, and people from outside."""
    draw = draw_for("authors", number)
    chosen = draw.sample(members, k=min(len(members), draw.randint(0, 3)))
    inside = [Author(position=position, member=member, name=member.name) for position, member in enumerate(chosen, 1)]
    return [*inside, Author(position=len(inside) + 1, name=draw.choice(_OUTSIDERS))]


def _version(paper: Publication, content: bytes, now: datetime) -> Version:
    made_at = paper.published_at or now
    return Version(
        publication=paper,
        number=1,
        file=FILE,
        original_name=f"{MARK}.pdf",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        pages=1,
        made_at=made_at,
        published_at=paper.published_at,
        reading=Version.Reading.READY,
    )


def _file() -> bytes:
    """The bytes of the file that all share, saved where it is missing."""
    if not default_storage.exists(FILE):
        pdf = FPDF()
        pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        pdf.cell(text="Made for benchmarks; nobody wrote it.")
        default_storage.save(FILE, ContentFile(bytes(pdf.output())))
    with default_storage.open(FILE, "rb") as file:
        content: bytes = file.read()
    return content


def _load_topics(numbers: Sequence[int], papers: list[Publication], topics: list[int]) -> None:
    subject = Publication.topics.through
    subject.objects.bulk_create(
        [
            subject(publication_id=paper.pk, topic_id=topic)
            for number, paper in zip(numbers, papers, strict=True)
            for topic in draw_for("paper topics", number).sample(topics, k=1 + number % 2)
        ]
    )
