"""The Atom feed of a topic, read by other software: public papers and events, the same for everybody."""

from datetime import date, timedelta

import feedparser
import pytest

from apps.members.actions import end_membership, suspend_member
from apps.members.models import Membership
from apps.pages.actions import make_news_feed
from apps.pages.models import NewsFeed
from tests.budget import queries_of
from tests.make import NOW, make_event, make_post, make_publication, make_thread, make_topic

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


# The private feed.


def private(client, member, query=""):
    return client.get(f"/feed/{NewsFeed.objects.get(member=member).token}/{query}")


def titles(response):
    return {entry.title for entry in read(response).entries}


@pytest.fixture
def things(group, area):
    """One of each for each visibility, on the topic, and what is never in a feed."""
    for visibility in ("members", "group", "coordinators"):
        make_publication(group=group, visibility=visibility, title=f"paper {visibility}").topics.add(area)
        make_event(group=group, visibility=visibility, title=f"event {visibility}").topics.add(area)
        make_thread(group=group, visibility=visibility, title=f"thread {visibility}").topics.add(area)
    make_event(group=group, visibility="members", state="draft", title="draft").topics.add(area)
    make_publication(group=group, visibility="members", state="withdrawn", title="withdrawn").topics.add(area)
    make_thread(group=group, title="hidden", is_hidden=True, hidden_reason="Why.").topics.add(area)


SEEN = {"coordinator": 3, "chair": 3, "member": 2, "observer": 2, "other_member": 1}


@pytest.mark.parametrize("who", SEEN)
@pytest.mark.parametrize("query", ["", "?topic=area"])
def test_private_feed_holds_what_its_owner_may_see(client, request, things, who, query):
    owner = request.getfixturevalue(who)
    make_news_feed(actor=owner, now=NOW)

    response = private(client, owner, query)

    visibilities = ("members", "group", "coordinators")[: SEEN[who]]
    assert titles(response) == {f"{kind} {each}" for kind in ("paper", "event", "thread") for each in visibilities}
    assert response.headers["Cache-Control"] == "no-store, private"


def test_private_feed_says_nothing_of_what_was_written(client, group, member, chair):
    thread = make_thread(group=group, title="Open question", mode="unattributed")
    make_post(thread=thread, writer=chair, text="zq7 words")
    make_news_feed(actor=member, now=NOW)

    response = private(client, member)

    [entry] = read(response).entries
    assert entry.title == "Open question (Chatham House Rule)"
    assert entry.updated == "2027-03-01T00:00:00+00:00"
    assert "zq7" not in response.text
    assert "Chidi" not in response.text


def test_private_feed_narrows_to_a_topic(client, group, member, area):
    make_event(group=group, title="On it").topics.add(area)
    make_event(group=group, title="Elsewhere")
    make_news_feed(actor=member, now=NOW)

    assert titles(private(client, member)) == {"On it", "Elsewhere"}
    assert titles(private(client, member, "?topic=area")) == {"On it"}
    assert private(client, member, "?topic=none").status_code == 404


def test_private_feed_follows_memberships_and_suspension_at_once(client, coordinator, group, member):
    make_event(group=group, visibility="group", title="Inside")
    make_news_feed(actor=member, now=NOW)
    assert titles(private(client, member)) == {"Inside"}

    end_membership(actor=coordinator, membership=Membership.objects.get(member=member), now=NOW)
    assert titles(private(client, member)) == set()
    suspend_member(actor=coordinator, member=member)
    assert private(client, member).status_code == 404


def test_private_link_is_made_and_revoked_on_its_page(client, member):
    client.force_login(member)

    client.post("/settings/feed/", {"make": "1"})
    first = NewsFeed.objects.get().token
    assert first in client.get("/settings/feed/").text
    client.post("/settings/feed/", {"make": "1"})
    assert client.get(f"/feed/{first}/").status_code == 404
    second = NewsFeed.objects.get().token
    assert client.get(f"/feed/{second}/").status_code == 200
    client.post("/settings/feed/", {"revoke": "1"})

    assert client.get(f"/feed/{second}/").status_code == 404
    assert client.get(f"/feed/{NewsFeed.objects.get().token}/").status_code == 404
    assert "Make my link" in client.get("/settings/feed/").text


def test_private_link_is_kept_from_strangers_and_others(client, member, other_member):
    make_news_feed(actor=member, now=NOW)
    token = NewsFeed.objects.get().token

    assert client.get("/settings/feed/").status_code == 302
    client.force_login(other_member)
    assert token not in client.get("/settings/feed/").text
    assert client.get("/feed/1-aaaabbbb/").status_code == 404
    assert client.get(f"/feed/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}/").status_code == 404


def test_private_feed_is_not_sent_again_to_who_has_it(client, group, member):
    make_event(group=group, title="Known")
    make_news_feed(actor=member, now=NOW)
    tag = private(client, member).headers["ETag"]

    again = client.get(f"/feed/{NewsFeed.objects.get().token}/", headers={"If-None-Match": tag})

    assert (again.status_code, again.headers["Cache-Control"]) == (304, "no-store, private")
