"""Answering in the portal: one click, in place or back where one was, and only for the invited."""

import re
from datetime import timedelta

import pytest

from apps.events.models import Event, Participation
from tests.make import NOW, make_event, make_participation

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def event(group):
    return make_event(group=group, slug="talk", title="Talk")


@pytest.fixture
def invited(event, member):
    return make_participation(event=event, member=member)


URL = "/events/talk/answer/"


def answer_of(part):
    part.refresh_from_db()
    return (part.answer, part.mode, part.source)


def test_answer_is_two_clicks_away_from_the_dashboard_and_one_on_the_page(client, member, invited):
    client.force_login(member)

    assert f'action="{URL}"' in client.get("/events/talk/").text
    assert f'action="{URL}"' in client.get("/dashboard/").text


def test_answer_is_saved_and_said(client, member, invited):
    client.force_login(member)

    response = client.post(URL, {"answer": "yes-online"}, follow=True)

    assert answer_of(invited) == ("yes", "online", "portal")
    assert response.redirect_chain == [("/events/talk/", 302)]
    assert "Your answer to “Talk” is saved." in response.text
    assert "You answered <strong>yes, online</strong>" in response.text
    assert response.text.count('aria-pressed="true"') == 1


def test_answer_in_place_returns_form_and_status_only(client, member, invited):
    client.force_login(member)

    response = client.post(URL, {"answer": "maybe"}, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert response.text.lstrip().startswith("<form")
    assert "Saved." in response.text
    assert "You answered <strong>maybe</strong>" in response.text
    assert "<html" not in response.text


def test_answer_in_a_row_of_the_dashboard_counts_again_what_needs_one(client, member, invited):
    make_participation(event=make_event(starts_at=NOW + timedelta(days=3)), member=member)
    client.force_login(member)

    for answer in ("maybe", "no"):
        response = client.post(URL, {"answer": answer, "row": ""}, headers={"HX-Request": "true"})

        heading = response.text.partition('<span id="needed" hx-swap-oob="innerHTML">')[2].partition("</span>")[0]
        assert heading.split() == ["1", "thing", "needs", "you"]


def test_answer_goes_back_to_the_page_it_was_given_on(client, member, invited):
    client.force_login(member)

    response = client.post(URL, {"answer": "no", "next": "/dashboard/"})

    assert response.headers["Location"] == "/dashboard/"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "\thttps://evil.example",
        "no-page-of-ours",
        "events:list",
        "/\N{PARTY POPPER}" * 2000,
    ],
)
def test_answer_leads_only_to_a_path_of_ours(client, member, invited, path):
    client.force_login(member)

    response = client.post(URL, {"answer": "no", "next": path})

    assert response.headers["Location"] == "/events/talk/"


def test_answer_waiting_says_the_place(client, group, member, chair):
    event = make_event(group=group, slug="small", capacity=0)
    make_participation(event=event, member=chair, answer="yes", mode="in_person", queue_number=1)
    Event.objects.update(queue_counter=1)
    make_participation(event=event, member=member)
    client.force_login(member)

    response = client.post("/events/small/answer/", {"answer": "yes-in-person"}, headers={"HX-Request": "true"})

    assert "you are at place 2 on the waiting list" in response.text


@pytest.mark.parametrize(
    ("answer", "said"), [("", "Choose one of the answers."), ("yes-on-the-moon", "Choose one of the answers.")]
)
@pytest.mark.parametrize("is_htmx", [True, False])
def test_answer_that_is_none_is_refused_in_a_sentence(client, member, invited, answer, said, is_htmx):
    client.force_login(member)
    headers = {"HX-Request": "true"} if is_htmx else {}

    response = client.post(URL, {"answer": answer}, headers=headers, follow=True)

    assert answer_of(invited) == ("", "", "")
    assert response.status_code == 200
    assert said in response.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "cancelled"}, "This event was cancelled."),
        ({"starts_at": NOW - timedelta(minutes=1)}, "Answers were taken until the start of the event."),
        ({"format": "online"}, "This event does not offer that way of taking part."),
    ],
)
def test_answer_refused_by_the_event_says_why(client, event, member, invited, fields, said):
    Event.objects.filter(pk=event.pk).update(**fields)
    client.force_login(member)

    response = client.post(URL, {"answer": "yes-in-person"}, follow=True)

    assert answer_of(invited) == ("", "", "")
    assert said in response.text


def test_answer_needs_an_invitation(client, event, member):
    client.force_login(member)

    response = client.post(URL, {"answer": "no"}, follow=True)

    assert "You are not invited to this event." in response.text
    assert not Participation.objects.exists()


@pytest.mark.parametrize("who", ["other_member", "suspended", "stranger"])
def test_answer_is_closed_to_those_who_may_not_see_the_event(client, event, invited, request, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    response = client.post(URL, {"answer": "no"})

    assert answer_of(invited) == ("", "", "")
    if who == "other_member":
        assert response.status_code == 404
    else:
        assert response.headers["Location"].startswith("/accounts/login/")


def test_answer_by_get_changes_nothing_and_leads_to_the_event(client, member, invited):
    client.force_login(member)

    response = client.get(URL, {"answer": "no"})

    assert response.headers["Location"] == "/events/talk/"
    assert answer_of(invited) == ("", "", "")


def test_answer_needs_the_csrf_token(member, invited, csrf_client):
    csrf_client.force_login(member)

    assert csrf_client.post(URL, {"answer": "no"}).status_code == 403
    assert answer_of(invited) == ("", "", "")


@pytest.mark.parametrize("who", ["chair", "coordinator", "member"])
def test_answer_in_place_of_who_is_not_invited_any_more_says_so(client, request, event, member, invited, who):
    """The page lay open while the invitation was taken back, or somebody who leads presses what is not for them."""
    Participation.objects.update(withdrawn_at=NOW)
    client.force_login(request.getfixturevalue(who))
    words = client.post(URL, {"answer": "yes-online"}, follow=True).text

    response = client.post(URL, {"answer": "yes-online"}, headers={"HX-Request": "true"})

    refusal = "You are not invited to this event."
    assert response.status_code == 200
    assert refusal in words
    assert refusal in response.text
    assert "You answered" not in response.text
    assert "<form" not in response.text
    assert answer_of(invited) == ("", "", "")


@pytest.mark.parametrize("is_row", [True, False])
def test_answer_in_place_brings_the_badges_of_the_page_in_line(client, group, member, is_row):
    event = make_event(group=group, slug="small", capacity=0)
    make_participation(event=event, member=member)
    client.force_login(member)

    sent = {"answer": "yes-in-person"} | ({"row": "1"} if is_row else {})
    waiting = client.post("/events/small/answer/", sent, headers={"HX-Request": "true"}).text
    gone = client.post("/events/small/answer/", sent | {"answer": "no"}, headers={"HX-Request": "true"}).text

    badges = re.compile(r'<p class="badges"\s+id="badges" hx-swap-oob="true">')
    assert [bool(badges.search(text)) for text in (waiting, gone)] == [not is_row, not is_row]
    assert ("Waiting list, place 1" in waiting) == (not is_row)
    assert "Waiting list" not in gone
    assert 'id="badges"' in client.get("/events/small/").text
