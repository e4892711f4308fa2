"""Answering from a mail by the signed link: GET shows and changes nothing, POST answers, dead links say so."""

from datetime import timedelta

import pytest

from apps.core.models import AuditEntry
from apps.events.models import Event
from apps.members.models import Membership
from tests.make import NOW, make_event, make_member, make_participation

LINK = "https://meet.example.org/zq7"

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def event(group):
    return make_event(group=group, title="Talk", online_link=LINK, place="Bonn", agenda="Zq7 agenda")


@pytest.fixture
def part(event, group):
    guest = make_member(name="Mina Zq7surname", group=group, time_zone="Pacific/Apia")
    return make_participation(event=event, member=guest, via_group=group)


def url_of(part):
    return f"/rsvp/{part.token}/"


def answer_of(part):
    part.refresh_from_db()
    return (part.answer, part.mode, part.source)


def test_rsvp_shows_title_time_and_first_name_only(client, event, part):
    make_participation(event=event, member=make_member(name="Zq7 guest"), answer="yes")

    page = client.get(url_of(part)).text

    assert "Talk" in page
    assert "<bdi>Mina</bdi>" in page
    assert "Your time in <b>Apia</b>" in page
    assert "At the event in <b>Bonn</b>" in page
    assert "You have not answered yet." in page
    assert "zq7" not in page.lower()
    assert part.member.email not in page


@pytest.mark.parametrize("method", ["get", "head"])
def test_rsvp_opened_by_a_scanner_changes_nothing(client, part, method):
    before = (answer_of(part), part.updated_at, AuditEntry.objects.count())

    getattr(client, method)(f"{url_of(part)}?answer=no")

    assert (answer_of(part), part.updated_at, AuditEntry.objects.count()) == before


def test_rsvp_answers_without_login_cookie_or_csrf_token(csrf_client, part):
    response = csrf_client.post(url_of(part), {"answer": "yes-online"}, headers={"Origin": "null"})

    assert response.headers["Location"] == url_of(part)
    assert answer_of(part) == ("yes", "online", "link")
    assert "You answered <strong>yes, online</strong>" in csrf_client.get(url_of(part)).text
    assert AuditEntry.objects.filter(event="token", actor=part.member, detail="rsvp").count() == 1


def test_rsvp_changes_ones_mind_until_the_start(client, part):
    client.post(url_of(part), {"answer": "yes-online"})
    client.post(url_of(part), {"answer": "no"})

    assert answer_of(part) == ("no", "", "link")


def test_rsvp_refuses_what_is_no_answer(client, part):
    response = client.post(url_of(part), {"answer": "perhaps"})

    assert response.status_code == 200
    assert "Choose one of the answers." in response.text
    assert answer_of(part) == ("", "", "")


def test_rsvp_acts_for_the_invited_whoever_is_signed_in(client, part, chair):
    client.force_login(chair)

    client.post(url_of(part), {"answer": "maybe"})

    assert answer_of(part) == ("maybe", "", "link")
    assert not chair.participations.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
        lambda token: token + "a",
        lambda token: token.upper(),
        lambda token: "1-aaaa" + "b" * 32,
        lambda token: "x" * 5000,
        lambda token: "zzzzzzzzzzzzz-" + token.partition("-")[2],
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_rsvp_altered_link_is_not_found(client, part, change, method):
    response = getattr(client, method)(f"/rsvp/{change(part.token)}/", {"answer": "no"})

    assert response.status_code == 404
    assert answer_of(part) == ("", "", "")


def test_rsvp_link_of_another_purpose_is_not_found(client, part, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(part), "token_purpose", "unsubscribe")
        foreign = part.token

    assert client.get(f"/rsvp/{foreign}/").status_code == 404
    assert client.get(f"/rsvp/{part.token}/").status_code == 200


def test_rsvp_revoked_link_is_not_found(client, part):
    old = url_of(part)
    part.renew_nonce()
    part.save()

    assert client.get(old).status_code == 404


@pytest.mark.parametrize("how", ["suspended", "left the group", "taken back"])
def test_rsvp_of_who_is_not_invited_any_more_is_gone_and_says_nothing(client, part, how):
    if how == "suspended":
        part.member.become(part.member.Status.SUSPENDED)
    elif how == "left the group":
        Membership.objects.filter(member=part.member).update(ended_on=NOW.date())
    else:
        part.save_answer(withdrawn_at=NOW)

    for response in (client.get(url_of(part)), client.post(url_of(part), {"answer": "no"})):
        assert response.status_code == 410
        assert "This link no longer works" in response.text
        assert "Talk" not in response.text
    assert answer_of(part) == ("", "", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "cancelled", "cancel_reason": "Unwell."}, "This event was cancelled."),
        ({"starts_at": NOW - timedelta(minutes=1)}, "Answers were taken until the start."),
    ],
)
def test_rsvp_too_late_says_so(client, part, fields, said):
    Event.objects.update(**fields)

    page = client.get(url_of(part))
    posted = client.post(url_of(part), {"answer": "no"})

    assert said in page.text
    assert 'name="answer"' not in page.text
    assert said.rstrip(".") in posted.text
    assert answer_of(part) == ("", "", "")


def test_rsvp_page_stays_out_of_caches_search_engines_and_referrers(client, part):
    for response in (client.get(url_of(part)), client.post(url_of(part), {"answer": "no"})):
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response.headers["Cache-Control"]


def test_rsvp_costs_few_queries(client, part, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):  # One of them is the limit's, which without Redis lies in the database.
        client.get(url_of(part))
