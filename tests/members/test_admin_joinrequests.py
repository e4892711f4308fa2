"""Requests to join in the admin: seen, decided, and nothing of them in the history."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from apps.members.models import Invitation, JoinRequest
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_group, make_invitation, make_join_request

LIST = reverse("admin:members_joinrequest_changelist")
APPROVE = reverse("admin:members_joinrequest_approve")
DECLINE = reverse("admin:members_joinrequest_decline")


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def asked(group):
    return make_join_request(name="Gita Guest", group=group, motivation="First line.\nSecond <b>line</b>.")


def chosen(page):
    return re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]


def confirm(office, url, rows, **typed):
    page = office.get(f"{url}?{'&'.join(f'id={row.pk}' for row in rows)}")
    return office.post(url, {"chosen": chosen(page), **typed}, follow=True)


def test_list_is_narrowed_down_by_state(office, asked):
    make_join_request(name="Dana Declined", state="declined")

    page = office.get(f"{LIST}?state__exact=waiting").content.decode()

    assert "Gita Guest" in page
    assert "Dana Declined" not in page


def test_page_shows_what_was_typed_and_offers_both_answers(office, asked):
    page = office.get(reverse("admin:members_joinrequest_change", args=[asked.pk])).content.decode()

    assert "First line.<br>Second &lt;b&gt;line&lt;/b&gt;." in page
    assert f"{APPROVE}?id={asked.pk}" in page
    assert f"{DECLINE}?id={asked.pk}" in page


def test_page_of_a_decided_one_offers_nothing(office):
    asked = make_join_request(state="declined")

    page = office.get(reverse("admin:members_joinrequest_change", args=[asked.pk])).content.decode()

    assert APPROVE not in page
    assert DECLINE not in page


def test_what_is_known_of_the_address_is_said_before_the_act(office, member, suspended, group):
    make_invitation(group=group, address="Invited@example.net")
    rows = [make_join_request(address=address) for address in (member.email, suspended.email, "invited@example.net")]
    rows.append(make_join_request())

    page = office.get(f"{APPROVE}?{'&'.join(f'id={row.pk}' for row in rows)}").content.decode()

    facts = re.findall(r"<li><bdi>[^<]*?(?: · (has [^<]+))?</bdi>", page)
    assert facts == ["has an account", "has an account that is suspended", "has an open invitation", ""]


def test_approving_asks_for_group_and_role_and_invites(office, asked, group, other_group):
    page = office.get(f"{APPROVE}?id={asked.pk}").content.decode()
    assert f'<option value="{group.pk}" selected>' in page
    assert not Invitation.objects.exists()

    answer = confirm(office, APPROVE, [asked], group=other_group.pk, role="observer")

    assert "1 invitation is on its way." in answer.content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.group, invitation.role, invitation.state) == (other_group, "observer", "sent")
    assert reverse("admin:members_invitation_change", args=[invitation.pk]) in answer.content.decode()


def test_declining_wants_a_reason_or_silence(office, asked):
    without = confirm(office, DECLINE, [asked], tells="on", reason="")
    assert "Please give the reason" in without.content.decode()
    assert JoinRequest.objects.get().state == "waiting"

    answer = confirm(office, DECLINE, [asked], tells="on", reason="We are full.")

    assert "1 request is declined." in answer.content.decode()
    assert JoinRequest.objects.get().reason == "We are full."
    assert OutgoingMail.objects.get().kind == "join_declined"


def test_who_comes_second_is_told(office, asked, coordinator):
    page = office.get(f"{DECLINE}?id={asked.pk}")
    asked.state, asked.decided_at = "approved", NOW
    asked.save()

    answer = office.post(DECLINE, {"chosen": chosen(page), "reason": "Full.", "tells": "on"}, follow=True)

    assert "This was done already." in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_one_refused_of_several_is_named_and_the_others_go_out(office, asked, group):
    invited = make_join_request(name="Ines Invited", group=group)
    make_invitation(group=group, address=invited.address)

    answer = confirm(office, APPROVE, [asked, invited], group=group.pk, role="member").content.decode()

    assert "1 invitation is on its way." in answer
    assert re.search(r"Ines Invited[^<]*open invitation", answer)
    assert dict(JoinRequest.objects.values_list("name", "state")) == {
        "Gita Guest": "approved",
        "Ines Invited": "waiting",
    }


def test_history_holds_nothing_of_the_person(office, asked):
    confirm(office, DECLINE, [asked], reason="")

    entry = LogEntry.objects.get()
    assert (entry.object_repr, "Gita" in entry.get_change_message()) == (f"Request {asked.pk}", False)


def test_forgotten_one_is_still_listed(office):
    old = NOW - timedelta(days=900)
    make_join_request(name="", address="", state="declined", decided_at=old)

    assert "(deleted after a while)" in office.get(LIST).content.decode()


@pytest.mark.parametrize("who", ["stranger", "member", "chair", "suspended"])
def test_nobody_but_staff_gets_to_the_acts(client, request, asked, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    closed = 302 if who in ("stranger", "suspended") else 403
    for url in (LIST, f"{APPROVE}?id={asked.pk}", f"{DECLINE}?id={asked.pk}"):
        assert client.get(url).status_code == closed
        assert client.post(url, {"group": make_group().pk, "role": "member"}).status_code == closed
    assert JoinRequest.objects.get().state == "waiting"
