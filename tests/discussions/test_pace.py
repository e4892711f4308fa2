"""Floods of posts and reports end in a sentence, with the text kept; without names nothing is counted that names."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from apps.discussions.models import Post, PostReport, Thread
from apps.discussions.tasks import tick
from apps.discussions.views import pace
from tests.make import NOW, make_post


@pytest.fixture(autouse=True)
def _few(monkeypatch, time_machine):
    monkeypatch.setitem(pace.RATES, "post", "3/10m/user")
    monkeypatch.setitem(pace.RATES, "edit", "3/10m/user")
    monkeypatch.setitem(pace.RATES, "report", "3/h/user")
    monkeypatch.setattr(pace, "WITHOUT_NAME_A_DAY", {"post": 3, "edit": 3, "report": 3})
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(params=["thread", "quiet"])
def place(request):
    return request.getfixturevalue(request.param)


def send(client, thread, number):
    return client.post(f"/discussions/{thread.pk}/", {"text": f"Number {number}", "shown_as": "none"})


def later(thread):
    """When the limit has passed: minutes, or where names are withheld the next day."""
    return NOW + (timedelta(minutes=11) if thread.is_named else timedelta(days=1))


def cache_keys():
    """The keys the shared cache holds, in Redis or in the table that stands in for it."""
    if settings.REDIS_URL:
        return [key.decode() for key in cache._cache.get_client(None).scan_iter(match=f"{cache.key_prefix}:*")]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT cache_key FROM "{settings.CACHES["database"]["LOCATION"]}"')
        return [key for (key,) in cursor.fetchall()]


def test_one_post_too_many_is_answered_with_a_sentence_and_the_text(client, place, member, chair, time_machine):
    client.force_login(member)
    assert [send(client, place, number).status_code for number in range(3)] == [302, 302, 302]

    refused = send(client, place, 3)

    assert (refused.status_code, Post.objects.count()) == (429, 3)
    assert "Number 3" in refused.text
    assert "it is still here" in refused.text
    client.force_login(chair)
    assert send(client, place, 4).status_code == 302
    time_machine.move_to(later(place), tick=False)
    client.force_login(member)
    assert send(client, place, 5).status_code == 302


@pytest.mark.parametrize("mode", ["named", "unattributed"])
def test_threads_opened_count_as_posts(client, group, member, mode):
    client.force_login(member)
    form = {"group": group.pk, "visibility": "group", "mode": mode, "text": "Opening words"}
    opened = [client.post("/discussions/new/", {**form, "title": title}) for title in "ABC"]
    assert [answer.status_code for answer in opened] == [302, 302, 302]

    refused = client.post("/discussions/new/", {**form, "title": "D"})

    assert (refused.status_code, Thread.objects.count()) == (429, 3)
    assert "Opening words" in refused.text


def test_one_report_too_many_is_answered_with_a_sentence_and_the_text(client, place, member, chair):
    posts = [make_post(thread=place, writer=chair) for _turn in range(4)]
    paths = [f"/discussions/{place.pk}/posts/{post.number}/report/" for post in posts]
    client.force_login(member)
    assert [client.post(path, {"reason": "Off the point"}).status_code for path in paths[:3]] == [302, 302, 302]

    refused = client.post(paths[3], {"reason": "Off the point"})

    assert (refused.status_code, PostReport.objects.count()) == (429, 3)
    assert "Off the point" in refused.text
    assert "it is still here" in refused.text


def test_writing_and_reporting_without_a_name_leaves_no_key_in_the_cache(client, thread, quiet, member, chair):
    make_post(thread=quiet, writer=chair)
    client.force_login(member)
    before = set(cache_keys())

    send(client, quiet, 1)
    client.post(f"/discussions/{quiet.pk}/posts/1/report/", {"reason": "Off the point"})

    assert set(cache_keys()) == before
    send(client, thread, 1)
    assert [key for key in set(cache_keys()) - before if f"user:{member.pk}" in key] != []


def test_one_edit_too_many_is_answered_with_a_sentence_and_the_text(client, place, member, chair, time_machine):
    for writer in (member, member, chair):
        make_post(thread=place, writer=writer)
    client.force_login(member)
    edits = [(1, 0), (2, 0), (1, 1)]
    assert [edit(client, place, *each).status_code for each in edits] == [302, 302, 302]

    refused = edit(client, place, 2, 1)

    assert (refused.status_code, Post.objects.get(number=2).revision) == (429, 1)
    assert "Text 1 of 2" in refused.text
    assert "it is still here" in refused.text
    client.force_login(chair)
    assert edit(client, place, 3, 0).status_code == 302
    time_machine.move_to(later(place), tick=False)
    client.force_login(member)
    assert edit(client, place, 2, 1).status_code == 302


def edit(client, thread, number, revision):
    sent = {"text": f"Text {revision} of {number}", "revision": revision}
    return client.post(f"/discussions/{thread.pk}/posts/{number}/edit/", sent)


@pytest.mark.parametrize("act", ["delete", "name", "name delete", "moderate"])
def test_posts_without_a_name_count_though_they_are_gone_or_signed_since(client, quiet, member, chair, act):
    client.force_login(member)
    for number in range(3):
        send(client, quiet, number)
    for step in act.split():
        client.force_login(chair if step == "moderate" else member)
        for number in range(1, 4):
            sent = {"reason": "A flood.", "act": "remove"} if step == "moderate" else {}
            assert client.post(f"/discussions/{quiet.pk}/posts/{number}/{step}/", sent).status_code == 302

    client.force_login(member)
    assert send(client, quiet, 3).status_code == 429
    client.force_login(chair)
    assert send(client, quiet, 4).status_code == 302


def test_deleted_post_keeps_its_mark_till_the_day_is_over_and_nothing_else(client, quiet, member, chair, time_machine):
    make_post(thread=quiet, writer=chair)
    make_post(thread=quiet, writer=member, now=NOW - timedelta(days=1))
    client.force_login(member)
    send(client, quiet, 1)
    fresh = Post.objects.get(number=3)
    for number in (2, 3):
        client.post(f"/discussions/{quiet.pk}/posts/{number}/delete/")
    tick()

    kept = dict(Post.objects.order_by("number").values_list("number", "owner_mark"))
    assert (kept[2], kept[3]) == ("", fresh.owner_mark)
    assert list(Post.objects.filter(number__gt=1).values_list("text", "html", "label", "author").distinct()) == [
        ("", "", "", None)
    ]

    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    tick()

    assert dict(Post.objects.order_by("number").values_list("number", "owner_mark")) == {1: kept[1], 2: "", 3: ""}


def test_looking_at_the_form_takes_no_try(client, thread, member):
    client.force_login(member)
    for _turn in range(5):
        client.get(f"/discussions/{thread.pk}/")
        client.post(f"/discussions/{thread.pk}/", {"text": "Seen first", "preview": "1"})

    assert send(client, thread, 1).status_code == 302
