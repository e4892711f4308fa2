"""The Atom feed of a topic, read by other software: public papers and events, the same for everybody."""

from datetime import date, timedelta

import feedparser
import pytest

from tests.budget import queries_of
from tests.make import NOW, make_event, make_publication, make_thread, make_topic

URL = "/topics/area/feed/"
CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def area():
    return make_topic(title="Negotiations", slug="area", covers="Article 6.")


def read(response):
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    return feed


def test_feed_names_papers_and_events_of_the_topic_and_the_finer_ones(client, group, area):
    finer = make_topic(title="Registries", parent=area)
    paper = make_publication(group=group, visibility="public", title="Paper <1>", published_on=date(2024, 1, 2))
    paper.topics.add(finer)
    event = make_event(
        group=group,
        visibility="public",
        title="Meeting",
        slug="meeting",
        place="Bonn",
        online_link="https://zq7.example/x",
    )
    event.topics.add(area)
    make_publication(group=group, visibility="public", title="On something else").topics.add(make_topic())

    response = client.get(URL)
    feed = read(response)

    assert [entry.title for entry in feed.entries] == ["Meeting", "Paper <1>"]
    assert [entry.id for entry in feed.entries] == [
        f"tag:localhost,2019:event:{event.pk}",
        f"tag:localhost,2019:publication:{paper.pk}",
    ]
    assert feed.entries[0].link == "http://localhost:8000/events/meeting/"
    assert "Wed 31 March 2027, 11:00 CEST (UTC+2)" in feed.entries[0].summary
    assert "zq7" not in response.text
    assert feed.feed.title == "CMM-WG: Negotiations"
    assert feed.feed.author == "Carbon Market Mechanisms Working Group"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "alternate": "http://localhost:8000/topics/area/",
        "self": "http://localhost:8000/topics/area/feed/",
    }
    assert all(entry.updated for entry in feed.entries)


@pytest.mark.parametrize("who", CAST)
def test_feed_holds_only_what_is_public_whoever_asks(client, group, area, request, who):
    for visibility in ("members", "group", "coordinators", "public"):
        make_publication(group=group, visibility=visibility, title=f"paper {visibility}").topics.add(area)
        make_event(group=group, visibility=visibility, title=f"event {visibility}").topics.add(area)
    make_event(group=group, visibility="public", state="draft", title="draft").topics.add(area)
    make_publication(group=group, visibility="public", state="cleared", title="draft").topics.add(area)
    make_thread(group=group, visibility="members", title="thread").topics.add(area)
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    assert {entry.title for entry in read(client.get(URL)).entries} == {"paper public", "event public"}


def test_feed_is_not_sent_again_to_who_has_it(client, group, area):
    event = make_event(group=group, visibility="public")
    event.topics.add(area)
    first = client.get(URL)

    again = client.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    event.visibility = "members"
    event.save()
    narrowed = client.get(URL, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, narrowed.status_code) == (304, 200)
    assert read(narrowed).entries == []


def test_feed_says_what_was_cancelled(client, group, area):
    make_event(group=group, visibility="public", title="Meeting", state="cancelled").topics.add(area)

    assert [entry.title for entry in read(client.get(URL)).entries] == ["Cancelled: Meeting"]


def test_feed_of_no_topic_is_missing_and_an_empty_one_is_whole(client, area):
    assert client.get("/topics/none/feed/").status_code == 404
    assert read(client.get(URL)).entries == []


def test_page_of_the_topic_leads_to_its_feed(client, area):
    assert f'href="{URL}"' in client.get("/topics/area/").text


@pytest.mark.parametrize("count", [1, 3])
def test_feed_takes_six_queries(client, group, area, count):
    for _number in range(count):
        make_publication(group=group, visibility="public").topics.add(area)
        make_event(group=group, visibility="public", starts_at=NOW + timedelta(days=count)).topics.add(area)

    assert queries_of(client, None, URL) == 6
