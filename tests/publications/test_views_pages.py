"""Reading a version page by page, and two versions side by side: for whom it is, and what is on the page."""

import re
from collections import OrderedDict
from html import unescape

import pytest
from django.core.files.storage import default_storage
from fpdf import FPDF

from apps.publications import comparing
from apps.publications.actions import read_next
from apps.publications.comparing import compare
from apps.publications.models import Version, VersionPage
from tests.budget import queries_of
from tests.make import (
    NOW,
    make_circulation,
    make_consultee,
    make_docx,
    make_pdf,
    make_publication,
    make_version,
)

pytestmark = pytest.mark.usefixtures("frozen")


def written_pdf(*pages):
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for text in pages:
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    return bytes(pdf.output())


def make_read(publication, *pages, **fields):
    """A version that the worker has read."""
    version = make_version(publication=publication, content=written_pdf(*pages), pages=len(pages), **fields)
    while read_next(NOW):
        pass
    version.refresh_from_db()
    assert version.reading == "ready"
    return version


@pytest.fixture
def paper(group):
    return make_publication(group=group, visibility="public", slug="the-paper", language="en")


def ask(client, url):
    """Ask, and read the answer to its end: that closes a file."""
    answer = client.get(url)
    answer.body = answer.getvalue()
    return answer


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main")[0])).split())


def test_page_shows_its_picture_with_its_text_over_it(client, paper):
    make_read(paper, "Parties shall report.", "Second <b>page</b>")

    page = client.get("/publications/the-paper/versions/1/pages/2/").text

    assert '<image href="/publications/the-paper/versions/1/pages/2/image/"' in page
    [text] = re.findall(r"<text ([^>]*)>([^<]*)</text>", page)
    assert text[1].strip() == "Second &lt;b&gt;page&lt;/b&gt;"
    assert re.fullmatch(
        r'x="[\d.]+" y="[\d.]+" font-size="[\d.]+" textLength="[\d.]+" lengthAdjust="spacingAndGlyphs"', text[0]
    )
    assert "Version 1, page 2 of 2" in words(page)
    assert 'data-page="2"' in page
    assert " style=" not in page.split("<main")[1]


def test_numbers_on_a_page_keep_their_points_in_every_language(client, paper, member):
    make_read(paper, "Text.")
    member.language = "de"
    member.save()
    client.force_login(member)

    page = client.get("/publications/the-paper/versions/1/pages/1/", headers={"Accept-Language": "de"}).text

    assert not re.search(r'(x|y|font-size|textLength|width|height)="\d+,\d+"', page)
    assert 'viewBox="0 0 595.28 841.89"' in page


def test_picture_goes_out_sealed_and_is_known_again(client, paper):
    version = make_read(paper, "Text.")
    url = "/publications/the-paper/versions/1/pages/1/image/"

    answer = ask(client, url)

    assert answer.body[:8] == b"\x89PNG\r\n\x1a\n"
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    default_storage.delete(version.page_set.get().image.name)
    assert client.get(url).status_code == 404


def lose_file(row):
    default_storage.delete(row.image.name)


def lose_name(row):
    type(row).objects.filter(pk=row.pk).update(image="")


@pytest.mark.parametrize("lose", [lose_file, lose_name])
def test_picture_that_is_lost_is_said_in_a_plain_sentence_and_the_page_is_still_read(client, paper, lose):
    lose(make_read(paper, "zq7-text").page_set.get())

    answer = client.get("/publications/the-paper/versions/1/pages/1/image/")
    page = client.get("/publications/the-paper/versions/1/pages/1/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert answer.text == "There is no picture of this page. The file itself can be downloaded."
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert (page.status_code, "zq7-text" in page.text) == (200, True)


def test_picture_that_is_still_to_be_made_is_said_to_be_and_one_of_no_page_is_not(client, paper):
    make_version(publication=paper, content=written_pdf("Text."), pages=1)

    answers = [client.get(f"/publications/the-paper/versions/1/pages/{page}/image/") for page in (1, 2)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [answer.text for answer in answers] == [
        "There is no picture of this page. It is still being made.",
        "There is no picture of this page.",
    ]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("chair", 200),
        ("coordinator", 200),
        ("other_member", 200),
        ("member", 404),
        ("suspended", 404),
        ("stranger", 404),
    ],
)
def test_draft_is_read_by_who_leads_or_is_asked_and_by_nobody_else(client, request, group, other_member, who, status):
    paper = make_publication(group=group, state="circulating", slug="the-draft")
    make_read(paper, "zq7-draft")
    make_consultee(circulation=make_circulation(publication=paper), member=other_member)
    make_read(paper, "zq7-later")
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    base = "/publications/the-draft/versions/1"
    answers = [ask(client, f"{base}/{path}/") for path in ("pages/1", "pages/1/image", "file")]

    assert {answer.status_code for answer in answers} == {status}
    assert (b"zq7-draft" in answers[0].body) == (status == 200)
    if status == 200:
        assert answers[1].headers["Cache-Control"] == "no-store, private"
    leads = who in ("chair", "coordinator")
    assert client.get("/publications/the-draft/versions/2/pages/1/").status_code == (200 if leads else 404)
    assert client.get(f"{base}/compare/2/").status_code == (200 if leads else 404)


def test_reader_of_a_published_paper_compares_only_what_was_published(client, paper):
    for text in ("First.", "Second.", "Third."):
        make_read(paper, text)
    paper.versions.filter(number=1).update(published_at=None)

    def status(path):
        return client.get(f"/publications/the-paper/versions/{path}/").status_code

    assert [status("2/compare/3"), status("3/compare/2"), status("1/compare/3"), status("3/compare/1")] == [
        200,
        200,
        404,
        404,
    ]
    page = client.get(paper.get_absolute_url()).text
    assert "Version 3" in page
    assert "versions/1/" not in page
    assert status("2/pages/1") == 200
    assert "Compare with version" not in client.get("/publications/the-paper/versions/2/pages/1/").text


@pytest.mark.parametrize("path", ["pages/0/", "pages/3/", f"pages/{10**25}/", "pages/3/image/", "compare/1/"])
def test_page_that_is_not_there_is_missing(client, paper, path):
    make_read(paper, "One.", "Two.")

    assert client.get(f"/publications/the-paper/versions/1/{path}").status_code == 404


@pytest.mark.parametrize(
    ("query", "page"),
    [("", 1), ("?page=2", 2), ("?page=99", 3), ("?page=0", 1), ("?page=-4", 1), ("?page=²", 1), ("?page=9999999", 1)],
)
def test_jump_leads_to_the_nearest_page(client, paper, query, page):
    make_version(publication=paper, pages=3)

    answer = client.get(f"/publications/the-paper/versions/1/{query}")

    assert answer.headers["Location"] == f"/publications/the-paper/versions/1/pages/{page}/"


def test_page_not_read_yet_or_unreadable_says_so(client, paper):
    make_version(publication=paper, pages=2)
    url = "/publications/the-paper/versions/1/pages/1/"
    assert "still preparing the pages" in client.get(url).text

    Version.objects.update(reading="failed", reading_fault="It can not be shown here.")
    assert "It can not be shown here." in client.get(url).text


def test_docx_shows_its_paragraphs_with_their_numbers(client, paper):
    make_version(publication=paper, content=make_docx(*(f"Paragraph <{n}>" for n in range(1, 131))), format="docx")
    read_next(NOW)

    page = client.get("/publications/the-paper/versions/1/pages/2/").text

    found = re.findall(r'<li id="p(\d+)" value="(\d+)">([^<]*)</li>', page)
    assert (found[0], found[-1]) == (("61", "61", "Paragraph &lt;61&gt;"), ("120", "120", "Paragraph &lt;120&gt;"))
    assert "page 2 of 3" in words(page)
    assert client.get("/publications/the-paper/versions/1/pages/4/").status_code == 404


def test_two_versions_stand_side_by_side_with_what_changed_marked(client, paper):
    same = "Article 6.2 lets Parties cooperate. "
    make_read(paper, same * 5 + "Parties may report each year. " + same)
    make_read(paper, same * 5 + "Parties shall report each year. " + same + "A new sentence stands here.")

    page = client.get("/publications/the-paper/versions/1/compare/2/").text

    assert "Parties <del>may</del> report each year." in page
    assert "Parties <ins>shall</ins> report each year." in page
    assert "<ins>A new sentence stands here.</ins>" in page
    assert "2 places differ." in words(page)
    assert "4 sentences or paragraphs are the same." in words(page)


def test_versions_with_the_same_text_say_so(client, paper):
    make_read(paper, "The same.")
    make_read(paper, "The", "same.")

    assert "The text is the same." in client.get("/publications/the-paper/versions/1/compare/2/").text


def test_comparing_is_done_once_and_slowed_down(client, paper, monkeypatch):
    """It takes seconds, and strangers may ask for what is public."""
    make_read(paper, "Parties may report.")
    make_read(paper, "Parties shall report.")
    url, done = "/publications/the-paper/versions/1/compare/2/", []
    monkeypatch.setattr(comparing, "compare", lambda *texts: done.append(texts) or compare(*texts))
    monkeypatch.setattr(comparing, "_known", OrderedDict())

    first, second = client.get(url), client.get(url)
    assert (len(done), first.content) == (1, second.content)
    assert "Disallow: /publications/*/compare/\n" in client.get("/robots.txt").text
    monkeypatch.setattr(comparing, "MOST_KNOWN", 0)
    comparing._known.clear()

    answers = [client.get(url).status_code for _turn in range(12)]

    assert answers == [200] * 11 + [429]


def test_who_compares_while_another_comparison_is_made_is_asked_to_come_again(client, paper, monkeypatch):
    make_read(paper, "Parties may report.")
    make_read(paper, "Parties shall report.")
    monkeypatch.setattr(comparing, "_known", OrderedDict())
    monkeypatch.setattr(comparing, "WAITS_SECONDS", 0.01)

    with comparing._turn:
        answer = client.get("/publications/the-paper/versions/1/compare/2/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Another comparison is being made" in answer.text
    assert client.get("/publications/the-paper/versions/1/compare/2/").status_code == 200


def test_version_not_read_yet_is_not_compared(client, paper):
    make_read(paper, "The same.")
    make_version(publication=paper, content=make_pdf())

    assert (
        "The text of version 2 is not there to compare yet"
        in client.get("/publications/the-paper/versions/1/compare/2/").text
    )


def test_pages_cost_few_queries_however_many_there_are(client, paper, chair):
    version = make_version(publication=paper, pages=300, reading="ready", text="A sentence. " * 10)
    make_version(publication=paper, pages=3, reading="ready", text="A sentence.")
    VersionPage.objects.bulk_create(
        VersionPage(version=version, number=number, width=100, height=100, image="x", runs=[[1, 1, 9, 9, "word"]] * 50)
        for number in range(1, 301)
    )
    urls = [f"/publications/the-paper/versions/1/{path}/" for path in ("pages/1", "pages/300", "compare/2")]
    assert [count for count in (queries_of(client, chair, url) for url in urls) if count > 10] == []
