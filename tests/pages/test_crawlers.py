"""What crawlers are told: the map of what strangers may see, and nothing else."""

import re

import pytest

from apps.pages import crawlers
from tests.budget import queries_of
from tests.make import make_event, make_group, make_legal_text, make_publication, make_topic

pytestmark = [pytest.mark.usefixtures("frozen"), pytest.mark.django_db]

FIXED = ["/", "/about/", "/topics/", "/events/", "/publications/", "/join/"]


def paths(client, url):
    """The paths an XML file names, in its order."""
    answer = client.get(url)
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    return re.findall(r"<loc>http://localhost:\d+(.*?)</loc>", answer.text)


def whole_map(client):
    return [path for file in paths(client, "/sitemap.xml") for path in paths(client, file)]


def test_robots_names_the_map_and_what_lies_behind_the_login(client):
    answer = client.get("/robots.txt")

    lines = answer.text.splitlines()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[:2] == ["User-agent: *", "Disallow: /admin/"]
    assert "Disallow: /rsvp/" in lines
    assert re.fullmatch(r"Sitemap: http://localhost:\d+/sitemap\.xml", lines[-1])


def test_robots_closes_nothing_that_the_map_names(client):
    make_event(group=make_group(visibility="public"), visibility="public")
    make_publication(visibility="public")

    assert [path for path in whole_map(client) if path.startswith(crawlers.CLOSED)] == []


@pytest.mark.parametrize("who", ["stranger", "coordinator"])
def test_map_holds_what_strangers_may_see_whoever_asks(client, request, who):
    reader = request.getfixturevalue(who)
    public = make_group(slug="open", visibility="public")
    make_topic(slug="baselines")
    for visibility in ("public", "members", "group", "coordinators"):
        make_event(group=public, slug=f"event-{visibility}", visibility=visibility)
        make_publication(group=public, slug=f"paper-{visibility}", visibility=visibility)
    make_event(group=public, slug="draft", visibility="public", state="draft")
    make_publication(group=public, slug="unfinished", visibility="public", state="draft")
    make_publication(group=public, slug="withdrawn", visibility="public", state="withdrawn")
    make_group(slug="closed", visibility="members")
    make_legal_text(kind="imprint")
    if reader:
        client.force_login(reader)

    assert whole_map(client) == [
        *FIXED,
        "/imprint/",
        "/topics/baselines/",
        "/groups/open/",
        "/events/event-public/",
        "/publications/paper-public/",
    ]


def test_map_says_when_each_thing_changed(client):
    make_topic(slug="baselines")

    assert "<lastmod>2027-03-01T09:00:00+00:00</lastmod>" in client.get("/sitemap-topics-1.xml").text


def test_map_comes_in_files_of_limited_length(client, monkeypatch):
    monkeypatch.setattr(crawlers, "PER_FILE", 2)
    group = make_group()
    for number in range(3):
        make_event(group=group, slug=f"event-{number}", visibility="public")

    assert [file for file in paths(client, "/sitemap.xml") if "events" in file] == [
        "/sitemap-events-1.xml",
        "/sitemap-events-2.xml",
    ]
    assert paths(client, "/sitemap-events-1.xml") == ["/events/event-0/", "/events/event-1/"]
    assert paths(client, "/sitemap-events-2.xml") == ["/events/event-2/"]


@pytest.mark.parametrize("name", ["events-0", "pages-2", "members-1", f"events-{10**30}", "events-x"])
def test_map_has_no_other_file(client, name):
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


@pytest.mark.parametrize("url", ["/sitemap.xml", "/sitemap-pages-1.xml", "/sitemap-events-1.xml"])
def test_map_takes_few_queries(client, stranger, url):
    make_event(group=make_group(), visibility="public")
    one = queries_of(client, stranger, url)
    for _number in range(3):
        make_event(group=make_group(), visibility="public")
        make_legal_text()

    assert queries_of(client, stranger, url) == one <= 10
