"""Settling comments: who gets in, the list and one after another, two at once, and the number of queries."""

from datetime import timedelta

import pytest

from apps.publications.models import Author, Circulation, Comment
from tests.budget import queries_of
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_member,
    make_publication,
    make_version,
)

pytestmark = pytest.mark.usefixtures("frozen")

CAST = ["coordinator", "chair", "author", "member", "observer", "other_member", "suspended", "stranger"]


@pytest.fixture
def circulation(group):
    paper = make_publication(group=group, state="resolving", visibility="group", title="Letters")
    return make_circulation(publication=paper, state="closed", seen_by="participants")


@pytest.fixture
def author(circulation):
    person = make_member(name="Ada Author")
    Author.objects.create(publication=circulation.publication, member=person, name="Ada Author", position=2)
    return person


@pytest.fixture
def comments(circulation):
    """Three, on pages 1 to 3."""
    return [make_comment(circulation=circulation, writer=make_member(), page=page) for page in (1, 2, 3)]


def listed(circulation):
    return f"{circulation.get_absolute_url()}resolution/"


def one(comment):
    return f"{listed(comment.circulation)}{comment.pk}/"


@pytest.mark.parametrize("address", [lambda comment: listed(comment.circulation), one])
def test_resolution_opens_to_those_who_lead_alone(client, circulation, comments, request, other_member, address):
    make_consultee(circulation=circulation, member=other_member)
    found = {}
    for who in CAST:
        reader = request.getfixturevalue(who)
        client.logout()
        if reader:
            client.force_login(reader)
        found[who] = client.get(address(comments[0])).status_code

    assert [who for who, status in found.items() if status == 200] == ["coordinator", "chair", "author"]
    assert found["other_member"] == 403
    assert (found["member"], found["observer"], found["suspended"], found["stranger"]) == (404, 404, 302, 302)


@pytest.mark.parametrize("who", ["other_member", "member", "suspended"])
def test_who_does_not_lead_settles_nothing(client, circulation, comments, request, other_member, who):
    make_consultee(circulation=circulation, member=other_member)
    client.force_login(request.getfixturevalue(who))

    client.post(one(comments[0]), {"disposition": "accepted", "revision": 0})

    assert Comment.objects.unresolved().count() == 3


def test_comment_of_another_circulation_is_not_found(client, circulation, comments, coordinator):
    foreign = make_comment(circulation=make_circulation(), writer=make_member())
    client.force_login(coordinator)

    assert client.get(f"{listed(circulation)}{foreign.pk}/").status_code == 404


def test_comment_not_known_yet_is_not_found(client, circulation, chair):
    fresh = make_comment(circulation=circulation, writer=make_member(), sent_on=NOW.date())
    client.force_login(chair)

    assert client.get(one(fresh)).status_code == 404
    assert client.get(listed(circulation)).context["page_obj"].paginator.count == 0


def test_one_after_another_leads_to_the_next_open_one_and_back_to_the_list(client, comments, author):
    client.force_login(author)
    version = make_version(publication=comments[0].circulation.publication)
    first, second, third = comments
    said = {"disposition": "accepted", "reason": "Yes.", "resolved_in": version.pk, "revision": 0}

    to_third = client.post(one(second), said)
    to_first = client.post(one(third), {"disposition": "noted", "revision": 0})
    to_list = client.post(one(first), {"disposition": "not_accepted", "reason": "No.", "revision": 0})

    assert (to_third.url, to_first.url, to_list.url) == (one(third), one(first), listed(first.circulation))
    second.refresh_from_db()
    assert (second.disposition, second.reason, second.resolved_in, second.resolved_by) == (
        "accepted",
        "Yes.",
        version,
        author,
    )


def test_comment_is_settled_in_its_place_in_the_list(client, comments, chair):
    client.force_login(chair)
    in_place = {"HX-Request": "true"}

    asked = client.get(one(comments[0]), headers=in_place).content.decode()
    done = client.post(one(comments[0]), {"disposition": "noted", "revision": 0}, headers=in_place).content.decode()

    assert "<form" in asked
    assert "<html" not in asked + done
    assert "Noted" in done


def test_what_is_wrong_is_said_and_the_words_stay(client, comments, chair):
    client.force_login(chair)

    page = client.post(one(comments[0]), {"disposition": "not_accepted", "reason": "", "revision": 0})

    assert page.status_code == 200
    assert "Give a reason" in page.content.decode()
    assert page.context["form"]["disposition"].value() == "not_accepted"


def test_who_settled_it_without_a_name_is_not_known_by_an_address(client, comments, chair, author):
    nameless = make_member("hidden@example.org", name="", is_staff=True)
    Comment.objects.filter(pk=comments[0].pk).update(disposition="noted", resolved_at=NOW, resolved_by=nameless)
    client.force_login(author)

    page = client.get(one(comments[0])).text

    assert "No name given" in page
    assert "hidden" not in page.split("<main")[1].split("<form")[0]


def test_second_of_two_sees_both_and_loses_nothing(client, comments, chair, author):
    client.force_login(chair)
    client.post(one(comments[0]), {"disposition": "noted", "reason": "zq7-first", "revision": 0})
    client.force_login(author)
    mine = {"disposition": "accepted", "reason": "zq7-second", "revision": 0}

    conflict = client.post(one(comments[0]), mine)
    page = conflict.content.decode()
    kept = Comment.objects.get(pk=comments[0].pk).reason
    client.post(one(comments[0]), {**mine, "revision": conflict.context["form"]["revision"].value()})

    assert "Somebody else saved this comment meanwhile" in page
    assert "zq7-first" in page
    assert "zq7-second" in page
    assert kept == "zq7-first"
    assert Comment.objects.get(pk=comments[0].pk).reason == "zq7-second"


@pytest.mark.parametrize("is_swap", [True, False])
def test_comment_taken_back_while_it_is_settled_is_said_to_be_gone(client, circulation, comments, chair, is_swap):
    client.force_login(chair)
    gone, address = comments[0], one(comments[0])
    gone.delete()
    form = {"disposition": "accepted", "reason": "", "revision": 0}

    answer = client.post(address, form, headers={"HX-Request": "true"} if is_swap else {})

    assert answer.headers["HX-Redirect" if is_swap else "Location"] == listed(circulation)
    assert "This comment is not there any more." in client.get(listed(circulation)).text
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?disposition=open", [2, 3]),
        ("?disposition=noted", [1]),
        ("?kind=te", [3]),
        ("?disposition=nonsense", [1, 2, 3]),
    ],
)
def test_list_is_narrowed_by_disposition_and_type(client, circulation, comments, chair, query, expected):
    Comment.objects.filter(pk=comments[0].pk).update(disposition="noted", resolved_at=NOW)
    Comment.objects.filter(pk=comments[2].pk).update(kind="te")
    client.force_login(chair)

    page = client.get(listed(circulation) + query).context["page_obj"]

    assert [comment.page for comment in page.object_list] == expected


def test_page_before_telling_counts_no_answer_of_the_day_and_waits_for_the_last_one(client, circulation, chair):
    client.force_login(chair)
    make_consultee(circulation=circulation, answered_on=NOW.date() - timedelta(days=1))
    address = f"{listed(circulation)}tell/"
    counts = []
    for _number in range(3):
        counts.append(client.get(address).context["count"])
        make_consultee(circulation=circulation, answered_on=NOW.date())
    assert counts == [1, 1, 1]

    Circulation.objects.update(closed_at=NOW)
    page = client.get(address).text
    assert ("show tomorrow" in page, "Tell them</button>" in page) == (True, False)
    assert "show tomorrow" in client.post(address, follow=True).text
    assert Circulation.objects.get().told_at is None


def test_those_who_commented_see_what_became_of_it_when_all_are_told(client, circulation, other_member, chair):
    make_consultee(circulation=circulation, member=other_member)
    comment = make_comment(circulation=circulation, writer=other_member)
    Comment.objects.update(disposition="not_accepted", reason="zq7-reason", resolved_at=NOW)
    address = f"{circulation.get_absolute_url()}comments/"
    client.force_login(other_member)

    before = client.get(address).content.decode()
    Circulation.objects.update(told_at=NOW)
    after = client.get(address).content.decode()
    client.force_login(chair)

    assert comment.comment in before
    assert ("zq7-reason" in before, "zq7-reason" in after) == (False, True)
    assert "zq7-reason" in client.get(address).content.decode()


def test_pages_take_as_many_queries_for_1000_comments_as_for_one(client, circulation, chair, author):
    comment = make_comment(circulation=circulation, writer=author)
    readers = (chair, author)
    few = [queries_of(client, reader, url) for reader in readers for url in (listed(circulation), one(comment))]

    for number in range(999):
        make_comment(circulation=circulation, writer=author, page=number + 1)
    many = [queries_of(client, reader, url) for reader in readers for url in (listed(circulation), one(comment))]

    assert few == many
    assert max(many) <= 10
