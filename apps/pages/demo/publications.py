"""The group's real papers, each with a file that stands in for it, and a sample paper in two versions."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from fpdf import FPDF

from apps.members.models import Group, Member, Topic
from apps.members.permissions import Visibility
from apps.pages.demo.source import table
from apps.publications.actions import settle_byline
from apps.publications.models import Author, Publication, Version

STANDS_IN = (
    "This file stands in for the paper, whose text is not part of this demo.\n\n"
    "It is made by the portal and holds nothing but the title, the date and this note."
)


def load_publications(members: dict[str, Member], now: datetime) -> Publication:
    """Make the published papers and the sample, which is returned: a draft in two versions. Nobody is written to."""
    group = Group.objects.get(slug="cmm-wg")
    for data in table("publications")["paper"]:
        _load_paper(group, data, members, now)
    return _load_sample(group, table("publications")["sample"], members, now)


def _load_paper(group: Group, data: dict[str, Any], members: dict[str, Member], now: datetime) -> None:
    """Straight as rows: publishing by an action would announce to members what is some years old."""
    published_at = datetime.combine(data["published_on"], time(12), UTC)
    paper = _paper(
        group,
        data,
        members,
        visibility=Visibility.PUBLIC,
        state=Publication.State.PUBLISHED,
        published_on=data["published_on"],
        day_is_known=data["day_is_known"],
        published_at=published_at,
        licence=Publication.Licence.RESERVED,
    )
    paper.steps.create(state=paper.state, at=published_at)
    pages = [f"{paper.title}\n\n{paper.byline}\n\n{STANDS_IN}"]
    _add(paper, pages, made_at=now, note="Stands in for the paper", published_at=published_at, made_by=None)


def _load_sample(group: Group, data: dict[str, Any], members: dict[str, Member], now: datetime) -> Publication:
    made_by = members["coordinator"]
    paper = _paper(group, data, members, is_sample=True, created_by=made_by)
    for version in data["version"]:
        at = now - timedelta(days=version["days_ago"])
        pages = [f"{paper.title}\n(sample, no real paper)\n\n{page}" for page in version["pages"]]
        _add(paper, pages, made_at=at, note=version["note"], published_at=None, made_by=made_by)
    return paper


def _paper(group: Group, data: dict[str, Any], members: dict[str, Member], **fields: Any) -> Publication:
    paper = Publication.objects.create(
        group=group, slug=data["slug"], title=data["title"], abstract=data["abstract"].strip(), **fields
    )
    paper.topics.set(Topic.objects.filter(slug__in=data["topics"]))
    for position, (login, organisation, name) in enumerate(data["authors"], start=1):
        member = members.get(login)
        Author.objects.create(
            publication=paper,
            position=position,
            member=member,
            name=name or (member.name if member else ""),
            organisation=organisation or (str(member.organisation) if member else ""),
        )
    settle_byline(paper)
    return paper


def _add(paper: Publication, pages: list[str], **fields: Any) -> None:
    content = drawn(pages, fields["made_at"])
    number = paper.versions.count() + 1
    Version.objects.create(
        publication=paper,
        number=number,
        file=ContentFile(content, name=f"{paper.slug}.pdf"),
        original_name=f"{paper.slug}-{number}.pdf",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        pages=len(pages),
        **fields,
    )


def drawn(pages: list[str], at: datetime) -> bytes:
    """Return a small PDF with each text on a page of its own."""
    pdf = FPDF()
    pdf.set_creation_date(at)
    pdf.set_margin(25)
    pdf.set_font("times", size=13)
    for text in pages:
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    return bytes(pdf.output())
