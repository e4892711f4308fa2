"""The list of threads and the page of one, for each reader."""

import re
from datetime import timedelta

import pytest

from apps.discussions.models import POSTS_PER_PAGE, DraftPost, Post, ReadMark, Thread
from tests.budget import queries_of
from tests.make import (
    NOW,
    make_event,
    make_group,
    make_member,
    make_organisation,
    make_post,
    make_publication,
    make_thread,
    make_topic,
)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW + timedelta(days=2), tick=False)


def titles(response):
    return re.findall(r'<p class="title">\s*<a href="/discussions/\d+/">([^<]+)</a>', response.text)


def numbers(response):
    return [int(number) for number in re.findall(r'id="p(\d+)"', response.text)]


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("chair", 200), ("member", 200), ("observer", 200), ("other_member", 404)],
)
def test_thread_opens_to_whom_the_policy_says_and_else_is_missing(client, request, thread, member, who, status):
    make_post(thread=thread, writer=member, text="zq7-body")
    client.force_login(request.getfixturevalue(who))

    response = client.get(f"/discussions/{thread.pk}/")
    missing = client.get("/discussions/100000000000/")

    assert response.status_code == status
    assert ("zq7-body" in response.text) == (status == 200)
    assert ("Post reply" in response.text) == (status == 200 and who != "observer")
    assert status == 200 or response.content == missing.content
    assert titles(client.get("/discussions/")) == ([thread.title] if status == 200 else [])


@pytest.mark.parametrize("who", ["stranger", "suspended"])
def test_strangers_are_sent_to_the_login(client, request, thread, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    assert client.get(f"/discussions/{thread.pk}/").url == f"/accounts/login/?next=/discussions/{thread.pk}/"


def test_list_shows_unread_first_then_the_newest(client, group, member, chair):
    made = {}
    for title, days, is_read in (("read", 0, True), ("unread", 5, False), ("pinned", 9, True), ("ancient", 120, False)):
        moment = NOW - timedelta(days=days)
        made[title] = make_thread(group=group, title=title, is_pinned=title == "pinned")
        make_post(thread=made[title], writer=chair, now=moment)
        if is_read:
            ReadMark.objects.advance(member=member, thread_id=made[title].pk, number=1)
    client.force_login(member)

    assert titles(client.get("/discussions/")) == ["unread", "pinned", "read", "ancient"]


def test_list_narrows_by_state_group_topic_and_matter(client, group, member, chair, other_group):
    area = make_topic(slug="area")
    topic = make_topic(slug="topic", parent=area)
    event_thread = make_thread(group=group, title="event", about=make_event(group=group))
    make_thread(group=group, title="paper", about=make_publication(group=group))
    make_thread(group=other_group, title="elsewhere", visibility="members")
    event_thread.topics.add(topic)
    for thread in Thread.objects.all():
        make_post(thread=thread, writer=chair)
    make_post(thread=event_thread, writer=member)
    client.force_login(member)

    found = {
        query: sorted(titles(client.get(f"/discussions/?{query}")))
        for query in (
            "show=mine",
            "show=unanswered",
            "show=unread",
            "group=working-group",
            "topic=topic",
            "topic=area",
            "about=event",
            "about=paper",
            "about=question",
        )
    }

    assert found == {
        "show=mine": ["event"],
        "show=unanswered": ["elsewhere", "paper"],
        "show=unread": ["elsewhere", "event", "paper"],
        "group=working-group": ["event", "paper"],
        "topic=topic": ["event"],
        "topic=area": ["event"],
        "about=event": ["event"],
        "about=paper": ["paper"],
        "about=question": ["elsewhere"],
    }


def test_page_is_a_range_of_numbers_and_a_permanent_link_finds_its_page(client, thread, member):
    Post.objects.bulk_create(
        Post(thread=thread, number=number, text=f"Text {number}", attribution="name", author=member, posted_on=NOW)
        for number in range(1, 121)
    )
    Thread.objects.update(last_number=120)
    client.force_login(member)

    first, third = (client.get(f"/discussions/{thread.pk}/?page={page}") for page in (1, 3))

    assert numbers(first) == list(range(1, POSTS_PER_PAGE + 1))
    assert numbers(third) == list(range(101, 121))
    assert client.get(f"/discussions/{thread.pk}/posts/51/").url == f"/discussions/{thread.pk}/?page=2#p51"
    assert client.get(f"/discussions/{thread.pk}/posts/121/").status_code == 404


@pytest.mark.parametrize("page", ["", "0", "-1", "999999999999999999999", "x", "²"])
def test_page_that_makes_no_sense_is_the_nearest_that_does(client, thread, member, page):
    make_post(thread=thread, writer=member)
    client.force_login(member)

    assert numbers(client.get(f"/discussions/{thread.pk}/", {"page": page})) == [1]


def test_unread_posts_begin_at_a_mark_and_reading_them_is_noted_by_a_post_alone(client, thread, member, chair):
    for _each in range(3):
        make_post(thread=thread, writer=chair)
    ReadMark.objects.advance(member=member, thread_id=thread.pk, number=1)
    client.force_login(member)
    url = f"/discussions/{thread.pk}/"

    page = client.get(url).text
    assert page.index('id="p1"') < page.index('id="new"') < page.index('id="p2"')
    assert 'name="number" value="3"' in page
    assert ReadMark.objects.get().number == 1

    assert client.post(f"{url}read/", {"number": 3}).url == "/discussions/"
    assert ReadMark.objects.get().number == 3
    assert 'id="new"' not in client.get(url).text


def test_page_beyond_unread_posts_is_not_noted_by_itself(client, thread, member, chair):
    for _each in range(2 * POSTS_PER_PAGE + 20):
        make_post(thread=thread, writer=chair)
    ReadMark.objects.create(thread=thread, member=member, number=40)
    client.force_login(member)

    pages = [client.get(f"/discussions/{thread.pk}/?page={page}").text for page in (1, 2, 3)]

    # From 41 on: the second page begins at 51, and the third at 101.
    assert ['hx-trigger="load"' in page for page in pages] == [True, False, False]
    assert "Mark as read up to post 120" in pages[2]


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "", "99999999999999999999"])
def test_what_there_is_no_post_of_is_not_read(client, thread, member, number):
    make_post(thread=thread, writer=member)
    client.force_login(member)

    assert client.post(f"/discussions/{thread.pk}/read/", {"number": number}).status_code == 302
    assert not ReadMark.objects.exists()


def test_named_post_shows_of_its_author_what_the_author_shows(client, thread, member, chair):
    chair.organisation = make_organisation(name="Registry House")
    chair.country = "SN"
    chair.shows_country = False
    chair.save()
    make_post(thread=thread, writer=chair)
    client.force_login(member)

    page = client.get(f"/discussions/{thread.pk}/").text

    assert "Chidi Chair" in page
    assert "Registry House" in page
    assert "Senegal" not in page


def test_matter_is_named_to_those_who_may_see_it(client, group, member, chair):
    paper = make_publication(group=group, title="zq7-secret-paper", visibility="coordinators")
    thread = make_thread(group=group, about=paper)
    make_post(thread=thread, writer=chair)

    seen = {}
    for person in (member, chair):
        client.force_login(person)
        seen[person] = "zq7-secret-paper" in client.get(f"/discussions/{thread.pk}/").text

    assert seen == {member: False, chair: True}


def test_quote_puts_the_post_into_the_form(client, thread, member, chair):
    make_post(thread=thread, writer=chair, text="One\n\nTwo")
    client.force_login(member)

    page = client.get(f"/discussions/{thread.pk}/?quote=1")

    assert page.context["form"]["text"].value() == "#1:\n\n> One\n>\n> Two\n\n"


def test_draft_comes_back_to_its_writer_alone_and_goes_with_the_post(client, thread, member, chair):
    url = f"/discussions/{thread.pk}/"
    make_post(thread=thread, writer=chair)
    client.force_login(member)

    client.post(f"{url}draft/", {"text": "zq7-half a thought"})
    assert client.get(url).context["form"]["text"].value() == "zq7-half a thought"
    client.force_login(chair)
    assert "zq7" not in client.get(url).text
    client.force_login(member)
    client.post(url, {"text": "A whole thought"})

    assert not DraftPost.objects.exists()


@pytest.mark.parametrize("mode", list(Thread.Mode))
@pytest.mark.parametrize("posts", [1, 3, 50])
def test_thread_takes_ten_queries_however_many_posts_there_are(client, group, member, mode, posts):
    member.organisation = make_organisation()
    member.save()
    thread = make_thread(group=group, mode=mode, about=make_publication(group=group))
    for _each in range(posts):
        make_post(thread=thread, writer=make_member(group=group), text=f"See @{{{member.pk}}}")

    assert queries_of(client, member, f"/discussions/{thread.pk}/") <= 10


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_ten_queries_however_many_threads_there_are(client, group, member, chair, count):
    for _each in range(count):
        make_post(thread=make_thread(group=make_group(), visibility="members"), writer=chair)

    assert queries_of(client, member, "/discussions/") <= 10


def test_post_of_an_earlier_edition_is_drawn_anew_without_a_query_more(client, thread, member, chair):
    """``make_post`` draws nothing, as if all posts came from an earlier edition."""
    make_post(thread=thread, writer=chair, text="A **bold** word")
    fresh = queries_of(client, member, f"/discussions/{thread.pk}/")

    for _each in range(3):
        make_post(thread=thread, writer=chair, text="A **bold** word")

    assert client.get(f"/discussions/{thread.pk}/").text.count("<strong>bold</strong>") == 4
    assert queries_of(client, member, f"/discussions/{thread.pk}/") == fresh


def test_number_no_database_takes_is_missing(client, member):
    client.force_login(member)

    assert [client.get(f"/discussions/{number}/").status_code for number in (2**62, 2**64, 10**40)] == [404] * 3
