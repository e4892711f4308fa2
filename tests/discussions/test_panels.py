"""Threads on the pages of what they are about."""

import re

import pytest

from tests.make import make_event, make_post, make_publication, make_thread, make_topic


def titles(page):
    return re.findall(r'<p class="title">\s*<a href="/discussions/\d+/">([^<]+)</a>', page.text)


@pytest.fixture
def things(group, chair):
    """An event, a paper and a topic, each with a thread for the group and one for its leads."""
    topic = make_topic(slug="topic")
    things = {
        "event": make_event(group=group, visibility="public", slug="event"),
        "paper": make_publication(group=group, visibility="public", slug="paper"),
    }
    for name, thing in things.items():
        for visibility in ("group", "coordinators"):
            thread = make_thread(group=group, visibility=visibility, about=thing, title=f"{name} {visibility}")
            thread.topics.add(topic)
            make_post(thread=thread, writer=chair)
    make_post(thread=make_thread(group=group, title="elsewhere"), writer=chair)
    return things


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("chair", ["coordinators", "group"]),
        ("member", ["group"]),
        ("observer", ["group"]),
        ("other_member", []),
        ("stranger", []),
    ],
)
def test_threads_show_where_they_belong_to_those_who_may_see_them(client, request, things, who, seen):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    event, paper, topic = (client.get(path) for path in ("/events/event/", "/publications/paper/", "/topics/topic/"))

    assert sorted(titles(event)) == [f"event {each}" for each in seen]
    assert sorted(titles(paper)) == [f"paper {each}" for each in seen]
    assert sorted(titles(topic)) == [f"{name} {each}" for name in ("event", "paper") for each in seen]
    may_open = who in ("chair", "member")
    assert ("/discussions/new/?event=event" in event.text, "/discussions/new/?paper=paper" in paper.text) == (
        may_open,
        may_open,
    )


def test_dashboard_shows_what_was_said_since(client, things, member, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(member)

    assert sorted(titles(client.get("/dashboard/"))) == ["elsewhere", "event group", "paper group"]


def test_event_under_the_chatham_house_rule_says_that_its_threads_have_no_names(client, group, member):
    make_event(group=group, slug="quiet", is_chatham_house=True)
    client.force_login(member)

    assert "Open a thread without names" in client.get("/events/quiet/").text


def test_group_leads_to_its_threads(client, group, member):
    client.force_login(member)

    assert 'href="/discussions/?group=working-group"' in client.get("/groups/working-group/").text
