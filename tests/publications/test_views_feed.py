"""The Atom feed of publications, read by other software: what stands in it, for whom, and what asking again costs."""

import re
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
import time_machine

from tests.budget import queries_of
from tests.make import NOW, make_publication, make_topic

URL = "/publications/feed/"
CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]

pytestmark = pytest.mark.usefixtures("frozen")


def read(response):
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    return feed


def test_feed_says_what_is_public(client, group):
    paper = make_publication(
        group=group,
        visibility="public",
        title="Paper <1> & more",
        subtitle="And what follows",
        slug="paper",
        published_on=date(2024, 1, 2),
        abstract="**First** <b>line</b>.\n\nSecond.",
        authors=("Ada Author", "Institute for A"),
    )
    paper.topics.add(make_topic(title="Registries"))

    response = client.get(URL)
    feed = read(response)
    [entry] = feed.entries

    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.feed.title == "CMM-WG publications"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "alternate": "http://localhost:8000/publications/",
        "self": "http://localhost:8000/publications/feed/",
    }
    assert feed.feed.author == "Carbon Market Mechanisms Working Group"
    assert feed.feed.id == "tag:localhost,2019:feed:/publications/feed/"
    assert entry.id == f"tag:localhost,2019:publication:{paper.pk}"
    assert entry.link == "http://localhost:8000/publications/paper/"
    assert entry.title == "Paper <1> & more: And what follows"
    assert [author.name for author in entry.authors] == ["Ada Author", "Institute for A"]
    assert [tag.term for tag in entry.tags] == ["Registries"]
    assert entry.published == "2024-01-02T00:00:00+00:00"
    assert datetime.fromisoformat(entry.updated) == paper.updated_at
    assert entry.summary == "<p>First &lt;b&gt;line&lt;/b&gt;.</p>\n\n<p>Second.</p>"


@pytest.mark.parametrize("who", CAST)
def test_feed_is_the_same_for_everybody_and_holds_only_what_is_public(client, group, request, who):
    for visibility in ("members", "group", "coordinators", "public"):
        make_publication(group=group, visibility=visibility, title=f"zq7-{visibility}")
    for state in ("idea", "draft", "circulating", "resolving", "cleared", "withdrawn"):
        make_publication(group=group, visibility="public", state=state, title=f"zq7-{state}")
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    response = client.get(URL)

    assert set(re.findall(r"zq7-\w+", response.text)) == {"zq7-public"}
    assert response.headers["Cache-Control"] == ("no-store, private" if reader else "no-cache")


def test_feed_has_the_latest_fifty_first(client, group):
    papers = [make_publication(group=group, visibility="public", published_on=date(2024, 1, 1)) for _ in range(51)]

    entries = read(client.get(URL)).entries

    assert [entry.title for entry in entries] == [paper.title for paper in papers[:0:-1]]


def test_feed_of_a_topic_has_the_finer_ones_too(client, group):
    area = make_topic(slug="area", title="Area & more")
    finer = make_topic(slug="finer", parent=area)
    on_area, on_finer, _other = (
        make_publication(group=group, visibility="public", published_on=date(2024, 1, day)) for day in (1, 2, 3)
    )
    on_area.topics.add(area)
    on_finer.topics.add(finer)

    feed = read(client.get(URL, {"topic": "area"}))

    assert feed.feed.title == "CMM-WG publications: Area & more"
    assert feed.feed.id == "tag:localhost,2019:feed:/publications/feed/?topic=area"
    assert [entry.title for entry in feed.entries] == [on_finer.title, on_area.title]
    assert [entry.title for entry in read(client.get(URL, {"topic": "finer"})).entries] == [on_finer.title]


@pytest.mark.parametrize("topic", ["none", "%", "x" * 5000, "\u202e", "1e309"])
def test_feed_of_no_topic_is_missing(client, db, topic):
    assert client.get(URL, {"topic": topic}).status_code == 404


def test_empty_feed_is_a_feed(client, db):
    feed = read(client.get(URL))

    assert (feed.entries, feed.feed.updated) == ([], "2019-06-01T00:00:00+00:00")


def test_feed_is_sent_once_until_it_changes(client, group):
    paper = make_publication(group=group, visibility="public")
    first = client.get(URL)
    tags = {"If-None-Match": first.headers["ETag"]}
    dates = {"If-Modified-Since": first.headers["Last-Modified"]}

    assert [client.get(URL, headers=headers).status_code for headers in (tags, dates)] == [304, 304]
    with time_machine.travel(NOW + timedelta(hours=1)):
        paper.title = "New title"
        paper.save()
        assert [client.get(URL, headers=headers).status_code for headers in (tags, dates)] == [200, 200]
        assert read(client.get(URL)).feed.updated_parsed[:5] == (NOW + timedelta(hours=1)).timetuple()[:5]


@pytest.mark.parametrize("change", [{"visibility": "members"}, {"state": "withdrawn"}, {"state": "draft"}])
def test_what_goes_from_the_feed_changes_it(client, group, change):
    for _number in range(2):
        paper = make_publication(group=group, visibility="public")
    first = client.get(URL)

    with time_machine.travel(NOW + timedelta(hours=1)):
        for name, value in change.items():
            setattr(paper, name, value)
        paper.save()

        for header, asked in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
            answer = client.get(URL, headers={asked: first.headers[header]})
            assert len(read(answer).entries) == 1


def test_feed_survives_what_no_xml_can_hold(client, group):
    publication = make_publication(group=group, visibility="public", slug="x")
    type(publication).objects.update(title="A\x0bB \ufffe ]]> العنوان 🌍", abstract="\x01c\x1b")

    [entry] = read(client.get(URL)).entries

    assert entry.title == "A B  ]]> العنوان 🌍"
    assert entry.summary == "<p>c</p>"


def test_list_leads_to_the_feed(client, db):
    page = client.get("/publications/").text

    [link] = re.findall(r'<link rel="alternate"[^>]+>', page)
    assert 'type="application/atom+xml"' in link
    assert f'href="{URL}"' in link


@pytest.mark.parametrize("count", [1, 3, 300])
def test_feed_costs_the_same_whatever_its_length(client, group, count):
    topic = make_topic(slug="area")
    for _number in range(count):
        make_publication(group=group, visibility="public", authors=("One", "Two")).topics.add(topic)

    assert queries_of(client, None, URL) == 4
    assert queries_of(client, None, f"{URL}?topic=area") == 5


def test_paper_called_feed_is_refused(group):
    publication = make_publication(group=group)
    publication.slug = "feed"

    with pytest.raises(Exception, match="This short name is taken by another page"):
        publication.full_clean()


def test_instants_are_those_of_the_row(client, group):
    with time_machine.travel(datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC), tick=False):
        make_publication(group=group, visibility="public")

    assert client.get(URL).headers["Last-Modified"] == "Wed, 06 May 2026 07:08:09 GMT"
