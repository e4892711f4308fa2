"""Asking to take part: anybody may, the answer tells nothing of an address, and nothing typed is lost."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.members.models import Invitation, JoinRequest
from apps.notifications.models import OutgoingMail
from tests.make import make_group, make_invitation, make_join_request, make_legal_text

pytestmark = pytest.mark.usefixtures("fresh_rate_limits", "notice")

URL = reverse("members:join")
TYPED = {
    "name": "Gita Guest",
    "address": "Gita@Example.net",
    "organisation": "Registry office",
    "stakeholder_group": "standard",
    "country": "GH",
    "motivation": "I run a registry.\r\n\r\nI could explain it.",
    "consent": "on",
}


def hidden(page):
    """The hidden fields as a browser sends them back."""
    return dict(re.findall(r'<input type="hidden" name="(text|opened)" value="([^"]*)"', page.content.decode()))


def words(response):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def ask(client, seconds=60, **typed):
    """Open the page, type for a while, send."""
    sent = {**TYPED, **hidden(client.get(URL)), **typed}
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
        return client.post(URL, sent)


def test_request_is_noted_as_it_was_typed_and_nothing_is_mailed(client, notice):
    public = make_group(visibility="public")

    response = ask(client)

    assert (response.status_code, response.url) == (302, reverse("members:joined"))
    [row] = JoinRequest.objects.all()
    assert (row.name, row.address, row.organisation) == ("Gita Guest", "gita@example.net", "Registry office")
    assert (row.stakeholder_group, str(row.country), row.language) == ("standard", "GH", "en")
    assert row.motivation == "I run a registry.\n\nI could explain it."
    assert (row.group, row.agreed_to, row.state, row.decided_by) == (public, notice, "waiting", None)
    assert not OutgoingMail.objects.exists()
    assert "Thank you" in words(client.get(response.url))


def test_address_no_mail_server_takes_is_refused_where_it_is_typed(client, notice):
    make_group(visibility="public")

    response = ask(client, address="ſtaff@example.org")

    assert (response.status_code, JoinRequest.objects.count()) == (200, 0)
    assert "plain letters only" in words(response)


def test_page_asks_for_the_group_only_where_there_are_several_public_ones(client, group, other_group):
    first = make_group(visibility="public")
    assert 'name="group"' not in client.get(URL).content.decode()
    second = make_group(visibility="public")

    page = client.get(URL).content.decode()
    ask(client, group=second.pk)
    refused = ask(client, group=group.pk, address="else@example.net")

    assert re.findall(r'<option value="(\d+)"( selected)?>', page) == [
        (str(first.pk), " selected"),
        (str(second.pk), ""),
    ]
    assert JoinRequest.objects.get().group == second
    assert refused.status_code == 200


def test_asking_again_changes_nothing_until_it_was_decided(client):
    ask(client)

    ask(client, name="Somebody Else")

    assert JoinRequest.objects.get().name == "Gita Guest"
    JoinRequest.objects.update(state="declined", decided_at=timezone.now())
    ask(client, name="Gita Again")
    assert list(JoinRequest.objects.order_by("pk").values_list("name", "state")) == [
        ("Gita Guest", "declined"),
        ("Gita Again", "waiting"),
    ]


def answer_to(address):
    """What a browser gets, and what it costs: statuses, places, words, and each statement with its table."""
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        response = ask(client, address=address)
    work = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in queries if "cache" not in query["sql"]]
    page = client.get(response.url)
    return response.status_code, response.url, words(page), sorted(client.cookies), work


def test_known_asked_invited_closed_and_new_addresses_get_the_same_answer_at_the_same_cost(member, suspended, group):
    asked = make_join_request(address="asked@example.net")
    make_invitation(group=group, address="invited@example.net")
    answer_to("warm@example.net")

    known, waiting, invited, closed, new = (
        answer_to(address)
        for address in (member.email, asked.address, "invited@example.net", suspended.email, "new@example.net")
    )

    assert known == waiting == invited == closed == new
    assert [statement for statement in new[4] if statement.startswith("INSERT")] != []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "Gita\u202eGuest", "hidden characters"),
        ("name", "Gita\nGuest", "on one line"),
        ("organisation", "A\u2066B", "hidden characters"),
        ("motivation", "Read \u202eme", "hidden characters"),
        ("motivation", "Read\x07me", "control characters"),
        ("motivation", "x" * 2001, "2000"),
        ("motivation", "", "required"),
        ("address", "gita@", "valid email"),
        ("address", "gita@ex\u202eample.net", "hidden characters"),
        ("stakeholder_group", "emperor", "valid choice"),
        ("country", "XX", "valid choice"),
        ("consent", "", "tick the box"),
    ],
)
def test_what_can_not_be_taken_is_said_and_nothing_typed_is_lost(client, field, value, sentence):
    response = ask(client, **{field: value})

    assert response.status_code == 200
    assert sentence in words(response)
    assert not JoinRequest.objects.exists()
    page = response.content.decode()
    kept = {"name": "Gita Guest", "organisation": "Registry office", "motivation": "I could explain it."}
    assert [text for name, text in kept.items() if name != field and text not in page] == []


def test_two_thousand_characters_with_line_breaks_are_taken(client):
    response = ask(client, motivation="x" * 999 + "\r\n" + "x" * 1000)

    assert response.status_code == 302
    assert len(JoinRequest.objects.get().motivation) == 2000


def test_what_was_typed_is_escaped_when_it_comes_back(client):
    page = ask(client, name="<script>alert(1)</script>", motivation="</textarea><script>", consent="").content.decode()

    assert "<script>alert" not in page
    assert "</textarea><script>" not in page


@pytest.mark.parametrize("opened", [None, "", "never", "1:abc"])
def test_form_sent_too_soon_comes_back_filled_in_and_goes_at_the_next_press(client, opened):
    sent = {**TYPED, **hidden(client.get(URL))}
    if opened is not None:
        sent["opened"] = opened

    hasty = client.post(URL, sent)

    assert "very quick" in words(hasty)
    assert "Gita Guest" in hasty.content.decode()
    assert not JoinRequest.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=3), tick=False):
        assert client.post(URL, {**sent, **hidden(hasty)}).status_code == 302


def test_notice_that_changed_meanwhile_is_shown_and_asked_again(client):
    sent = {**TYPED, **hidden(client.get(URL))}
    newer = make_legal_text(body="Now we keep more.", published_at=timezone.now())

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        again = client.post(URL, sent)
        agreed = client.post(URL, {**sent, **hidden(again)})

    assert "has changed since" in words(again)
    assert "Now we keep more." in words(again)
    assert not re.search(r'name="consent"[^>]*checked', again.content.decode())
    assert agreed.status_code == 302
    assert JoinRequest.objects.get().agreed_to == newer


def test_without_a_notice_in_force_nobody_can_ask(client, notice):
    notice.delete()

    for response in (client.get(URL), client.post(URL, TYPED)):
        assert "no privacy notice yet" in words(response)
    assert not JoinRequest.objects.exists()


def test_member_is_told_that_there_is_nothing_to_ask(client, member):
    client.force_login(member)

    for response in (client.get(URL), client.post(URL, TYPED)):
        assert "You are a member already" in words(response)
    assert not JoinRequest.objects.exists()


def test_asking_is_limited_by_address_of_the_network_whatever_headers_say(client):
    answers = [client.post(URL, {}, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code for number in range(61)]

    assert answers == [200] * 60 + [429]


def test_asking_is_limited_by_mail_address_and_mistakes_count_against_nobody(client):
    for _number in range(12):
        ask(client, name="")

    answers = [ask(client, REMOTE_ADDR="198.51.100.1").status_code for _number in range(11)]

    assert answers == [302] * 10 + [429]
    assert JoinRequest.objects.count() == 1


def test_asking_needs_the_csrf_token(notice):
    assert Client(enforce_csrf_checks=True).post(URL, TYPED).status_code == 403


def test_page_needs_few_queries_however_many_asked(client, django_assert_num_queries):
    make_group(visibility="public")
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _number in range(30):
        make_join_request()

    with django_assert_num_queries(len(few)):
        client.get(URL)
    assert len(few) <= 10


@pytest.mark.parametrize("page", ["pages:home", "pages:about", "account_login"])
def test_strangers_find_the_way_from_the_pages_they_land_on(client, page):
    assert f'href="{URL}"' in client.get(reverse(page)).content.decode()


def test_invitations_are_made_by_nobody_but_the_secretariat(client):
    ask(client)

    assert not Invitation.objects.exists()
