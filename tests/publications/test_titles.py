"""Titles from right to left, of formulas and of the greatest length: in pages, files, and what others read."""

from io import BytesIO

import feedparser
import pytest
from docx import Document
from lxml import html

from apps.publications import actions
from apps.publications.models import Publication
from tests.make import NOW, make_circulation, make_comment, make_consultee, make_publication, make_version
from tests.publications.oai.harvester import harvester

pytestmark = pytest.mark.usefixtures("frozen")

LONGEST = Publication._meta.get_field("title").max_length
TITLES = {
    "right to left": "خطابات التفويض (المادة 6)",
    "mixed": "Article 6: خطابات and ITMOs",
    "maths": "∑ᵢ αᵢ²/β ≤ √π · 10⁻³ t CO₂e & <1 %",
    "astral": "𝕏𝕐 𝔸rticle 6",
    "longest": "Authorisation " * 21 + "of ITM",
    "one word": "A" * 300,
}


@pytest.fixture(params=TITLES)
def title(request):
    assert len(TITLES[request.param]) <= LONGEST
    return TITLES[request.param]


def heading(response):
    assert response.status_code == 200
    return " ".join(html.fromstring(response.text).xpath("//main//h1")[0].text_content().split())


def test_title_is_whole_on_pages_and_in_what_other_software_reads(client, group, title):
    make_version(publication=make_publication(group=group, visibility="public", slug="paper", title=title))

    assert heading(client.get("/publications/paper/")) == title
    assert title in html.fromstring(client.get("/publications/").text).text_content()
    [entry] = feedparser.parse(client.get("/publications/feed/").content).entries
    assert entry.title == title
    [record] = harvester().list_records()
    assert record.metadata["title"] == [title]
    assert f"TI  - {title}" in client.get("/publications/paper.ris").text
    assert client.get("/publications/paper.json").json()[0]["title"] == title


def test_title_is_whole_in_a_circulation_and_its_files(client, group, chair, coordinator, member, title):
    paper = make_publication(group=group, state="draft", slug="paper", title=title)
    circulation = make_circulation(publication=paper, state="prepared", opened_at=None)
    circulation.people.add(member)
    actions.open_circulation(actor=coordinator, circulation=circulation, member_ids=[member.pk], once="a", now=NOW)
    make_comment(circulation=circulation, writer=make_consultee(circulation=circulation).member)
    client.force_login(chair)

    assert heading(client.get(circulation.get_absolute_url())) == title
    document = Document(BytesIO(client.get(f"{circulation.get_absolute_url()}matrix.docx").content))
    assert document.paragraphs[0].text == f"Comments on “{title}”"
