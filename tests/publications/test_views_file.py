"""The file of a publication: its headers, conditional requests, and what happens where it is missing."""

import logging

import pytest
from django.core.files.storage import default_storage

from tests.make import make_circulation, make_consultee, make_docx, make_pdf, make_publication, make_version

pytestmark = pytest.mark.usefixtures("frozen")

CONTENT = make_pdf(pages=3)


def ask(client, url, method="get", **headers):
    """Ask for a file; returns the response with its body, which was read to the end: that closes the file."""
    response = getattr(client, method)(url, headers=headers)
    response.body = response.getvalue()
    return response


@pytest.fixture
def publication(group):
    publication = make_publication(group=group, visibility="public", slug="the-paper")
    make_version(publication=publication, content=make_pdf(pages=1))
    make_version(publication=publication, content=CONTENT)
    return publication


@pytest.fixture
def url(publication):
    return f"{publication.get_absolute_url()}file/"


def test_file_is_the_newest_version_to_be_saved_and_never_run(client, url):
    response = ask(client, url, **{"Accept-Encoding": "gzip"})

    assert response.body == CONTENT
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="the-paper.pdf"'
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in response.headers


def test_file_asked_for_by_head_has_the_same_headers_and_no_body(client, url):
    whole, head = ask(client, url), ask(client, url, "head")

    assert head.body == b""
    assert dict(head.headers) == dict(whole.headers)


def test_file_that_is_known_is_not_sent_again(client, url):
    etag = ask(client, url).headers["ETag"]

    response = ask(client, url, **{"If-None-Match": etag})

    assert (response.status_code, response.body) == (304, b"")
    assert ask(client, url, **{"If-None-Match": '"another"'}).status_code == 200


def test_public_file_may_be_kept_but_must_be_asked_for_again(client, url, member, publication):
    assert ask(client, url).headers["Cache-Control"] == "no-cache"
    client.force_login(member)
    assert ask(client, url).headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(("visibility", "state"), [("members", "published"), ("public", "draft")])
def test_file_that_is_not_public_is_kept_nowhere(client, url, chair, publication, visibility, state):
    publication.visibility, publication.state = visibility, state
    publication.save()
    client.force_login(chair)

    assert ask(client, url).headers["Cache-Control"] == "no-store, private"


def test_file_missing_on_the_disk_is_said_and_logged(client, url, publication, caplog):
    default_storage.delete(publication.versions.newest_first()[0].file.name)

    with caplog.at_level(logging.ERROR):
        response = client.get(url)

    assert response.status_code == 404
    assert "is not where it should be" in response.text
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store, private"
    [record] = [record for record in caplog.records if record.name == "apps.publications.views.files"]
    assert record.levelname == "ERROR"


def test_docx_is_sent_as_what_it_is(client, group):
    paper = make_publication(group=group, visibility="public", slug="in-word")
    make_version(publication=paper, content=make_docx(), format="docx")

    for path, name in (("file/", "in-word.docx"), ("versions/1/file/", "in-word-v1.docx")):
        response = ask(client, f"{paper.get_absolute_url()}{path}")

        assert response.body == make_docx()
        assert response.headers["Content-Type"].endswith("wordprocessingml.document")
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("number", [0, 1, 3, 10**30])
def test_version_that_is_not_open_or_not_there_answers_like_any_missing_page(client, url, publication, number):
    publication.versions.filter(number=1).update(published_at=None)

    response = client.get(f"{publication.get_absolute_url()}versions/{number}/file/")

    assert response.status_code == 404
    assert response.content == client.get("/publications/no-such-paper/").content


def test_earlier_version_is_handed_out_where_it_was_published(client, url, publication):
    response = ask(client, f"{publication.get_absolute_url()}versions/1/file/")

    assert response.body == make_pdf(pages=1)
    assert response.headers["Content-Disposition"] == 'attachment; filename="the-paper-v1.pdf"'
    assert response.headers["Cache-Control"] == "no-cache"


def test_file_of_a_withdrawn_paper_is_for_those_who_see_drafts(client, url, publication, chair, member):
    publication.state = "withdrawn"
    publication.save()

    answers = [ask(client, url).status_code]
    for person in (member, chair):
        client.force_login(person)
        answers.append(ask(client, url).status_code)

    assert answers == [404, 404, 200]
    assert client.get(publication.get_absolute_url()).status_code == 200


def test_who_is_asked_gets_the_circulated_file_and_neither_another_nor_the_page(client, group, other_member):
    paper = make_publication(group=group, state="circulating")
    for pages in (1, 2):
        make_version(publication=paper, content=make_pdf(pages=pages))
    make_consultee(circulation=make_circulation(publication=paper), member=other_member)
    client.force_login(other_member)

    paths = ("versions/2/file/", "versions/1/file/", "file/", "")

    answers = [client.get(f"{paper.get_absolute_url()}{path}") for path in paths]
    assert [answer.status_code for answer in answers] == [200, 404, 404, 404]
    assert answers[0].getvalue() == make_pdf(pages=2)


def test_publication_without_a_version_has_no_file(client, group):
    publication = make_publication(group=group, visibility="public")

    assert client.get(f"{publication.get_absolute_url()}file/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_file_is_only_read(client, url, method):
    assert getattr(client, method)(url).status_code == 405
