"""Threads on the pages of what they are about."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.discussions import actions
from apps.events.models import Event
from tests.budget import queries_of
from tests.events.test_admin_event import form_data
from tests.make import NOW, make_event, make_member, make_post, make_publication, make_thread, make_topic


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


# A lock


def is_lock_shown(html):
    return re.search(r"</svg>\s*Locked\s*</span>", html) is not None


def locks_shown(page):
    """The titles of threads, and of each whether its row says that it is locked."""
    rows = re.findall(r'<p class="title">\s*<a href="/discussions/\d+/">([^<]+)</a>(.*?)</li>', page.text, re.DOTALL)
    return {title: is_lock_shown(row) for title, row in rows}


@pytest.fixture
def locked(group, chair):
    """Threads, one of which somebody locked and one its event's mark; of the others one has no names."""
    event = make_event(group=group, visibility="public", slug="event", is_chatham_house=True)
    topic = make_topic(slug="topic")
    for word, fields in {
        "hand": {"is_locked": True},
        "mark": {"about": event},
        "quiet": {"about": event, "mode": "unattributed"},
        "open": {"about": make_event(group=group)},
    }.items():
        thread = make_thread(group=group, title=f"Zq7{word}", **fields)
        thread.topics.add(topic)
        make_post(thread=thread, writer=chair, text=f"Zq7{word}post")


@pytest.mark.usefixtures("locked")
def test_locked_threads_bear_a_lock_in_every_list_however_they_came_by_it(client, member, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(member)
    everywhere = {"Zq7hand": True, "Zq7mark": True, "Zq7quiet": False, "Zq7open": False}

    assert locks_shown(client.get("/discussions/")) == everywhere
    assert locks_shown(client.get("/discussions/?group=working-group")) == everywhere
    assert locks_shown(client.get("/dashboard/")) == everywhere
    assert locks_shown(client.get("/topics/topic/")) == everywhere
    assert locks_shown(client.get("/events/event/")) == {"Zq7mark": True, "Zq7quiet": False}


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize(("word", "is_locked"), [("hand", True), ("mark", True), ("quiet", False), ("open", False)])
def test_locked_thread_and_its_posts_bear_the_lock_where_they_are_found(client, member, word, is_locked):
    client.force_login(member)

    pages = [client.get(f"/search/?q={found}").text for found in (f"zq7{word}", f"zq7{word}post")]

    assert all(f"Zq7{word}" in page for page in pages)
    assert [is_lock_shown(page) for page in pages] == [is_locked, is_locked]


PAGES = (
    "/discussions/",
    "/discussions/?group=working-group",
    "/discussions/reports/",
    "/notifications/",
    "/search/?q=zq7talk",
    "/search/?q=zq7word",
    "/settings/discussions/",
)


@pytest.mark.parametrize("mode", ["named", "unattributed"])
def test_marks_of_threads_cost_no_query_for_each(client, group, chair, member, now, time_machine, mode):
    time_machine.move_to(now, tick=False)

    def write():
        about = make_event(group=group, is_chatham_house=True)
        thread = make_thread(group=group, about=about, title="Zq7talk", mode=mode)
        post = make_post(thread=thread, writer=member, text="Zq7word.")
        actions.follow(actor=chair, thing=thread, level="all")
        actions.report_post(actor=make_member(group=group), post=post, reason="Rude.", now=now)

    write()
    few = [queries_of(client, chair, page) for page in PAGES]
    for _number in range(2):
        write()

    assert [queries_of(client, chair, page) for page in PAGES] == few


def set_mark(client, event, **changed):
    """Save the event's form in the admin with this change; returns what is said then."""
    event = Event.objects.get(pk=event.pk)
    data = form_data(event, **{"is_chatham_house": "on", **changed})
    answer = client.post(reverse("admin:events_event_change", args=[event.pk]), data, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.mark.parametrize(("count", "said"), [(1, "1 discussion by name"), (3, "3 discussions by name")])
def test_who_puts_an_event_under_the_rule_learns_how_many_threads_that_locks(client, group, coordinator, count, said):
    event = make_event(group=group, starts_at=NOW + timedelta(days=9000))
    for _number in range(count):
        make_thread(group=group, about=event)
    make_thread(group=group, about=event, mode="unattributed")
    make_thread(group=group, about=event, is_locked=True)
    make_thread(group=group, about=make_event(group=group))
    client.force_login(coordinator)

    first, again = set_mark(client, event), set_mark(client, event, lead="Another lead.")
    taken_back = set_mark(client, event, is_chatham_house="")

    assert said in first
    assert "locked now" in first
    assert "locked" not in again + taken_back


def test_mark_that_locks_nothing_says_nothing_of_locks(client, group, coordinator):
    event = make_event(group=group, starts_at=NOW + timedelta(days=9000))
    make_thread(group=group, about=event, mode="unattributed")
    client.force_login(coordinator)

    said = set_mark(client, event)

    assert Event.objects.get(pk=event.pk).is_chatham_house
    assert "was changed" in said
    assert "locked" not in said
