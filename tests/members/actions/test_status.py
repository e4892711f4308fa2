import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import depart_member, end_sessions, reinstate_member, suspend_member
from apps.members.models import Invitation, Member
from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.make import PASSWORD, make_group, make_invitation, make_member

Status = Member.Status


@pytest.fixture
def second_coordinator(db):
    return make_member("second@example.org", is_staff=True)


def signed_in(member):
    client = Client()
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    return client


def test_suspended_member_is_out_within_one_request_everywhere(coordinator, member):
    browsers = [signed_in(member), signed_in(member)]
    assert [browser.get(reverse("members:settings")).status_code for browser in browsers] == [200, 200]

    suspend_member(actor=coordinator, member=member)

    for browser in browsers:
        response = browser.get(reverse("members:settings"))
        assert (response.status_code, response.url.partition("?")[0]) == (302, reverse("account_login"))
    assert not UserSession.objects.exists()
    member.refresh_from_db()
    assert (member.status, member.is_active) == (Status.SUSPENDED, False)
    assert AuditEntry.objects.get(event="status").actor == coordinator


def test_reinstated_member_must_sign_in_anew(coordinator, member):
    browser = signed_in(member)
    suspend_member(actor=coordinator, member=member)

    reinstate_member(actor=coordinator, member=member)

    assert browser.get(reverse("members:settings")).status_code == 302
    assert signed_in(member).get(reverse("members:settings")).status_code == 200
    assert member.memberships.filter(ended_on=None).exists()


def test_suspension_cancels_unsent_mail_and_open_invitations(coordinator, member):
    invitation = make_invitation(group=make_group(), address=member.email, state="sent")
    outbox.notify("event_message", invitation, [recipient_of(member)], "x")

    suspend_member(actor=coordinator, member=member)

    assert OutgoingMail.objects.get().state == "cancelled"
    assert Invitation.objects.get().state == "revoked"


def test_departed_member_leaves_groups_and_staff(coordinator, second_coordinator, group, now):
    make_member("gone@example.org", group=group, is_staff=True)
    gone = Member.objects.get(email="gone@example.org")

    depart_member(actor=coordinator, member=gone, now=now)

    gone.refresh_from_db()
    assert (gone.status, gone.is_staff) == (Status.DEPARTED, False)
    assert not gone.memberships.filter(ended_on=None).exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("event", "detail")) == [
        ("role", "no longer staff"),
        ("status", "departed"),
    ]


def test_nobody_closes_their_own_account(coordinator, second_coordinator, now):
    for close in (
        lambda: suspend_member(actor=coordinator, member=coordinator),
        lambda: depart_member(actor=coordinator, member=coordinator, now=now),
    ):
        with pytest.raises(Refused):
            close()

    coordinator.refresh_from_db()
    assert coordinator.is_active


def test_last_active_staff_stays(coordinator, now):
    Member.objects.create_user("gone@example.org", is_staff=True, status=Status.SUSPENDED, is_active=False)

    for close in (
        lambda: suspend_member(actor=None, member=coordinator),
        lambda: depart_member(actor=None, member=coordinator, now=now),
    ):
        with pytest.raises(Refused):
            close()


@pytest.mark.parametrize("who", ["chair", "observer", "other_member"])
def test_closing_and_opening_is_for_the_secretariat(request, who, member, suspended, now):
    actor = request.getfixturevalue(who)

    for act in (
        lambda: suspend_member(actor=actor, member=member),
        lambda: depart_member(actor=actor, member=member, now=now),
        lambda: reinstate_member(actor=actor, member=suspended),
        lambda: end_sessions(actor=actor, member=member),
    ):
        with pytest.raises(Refused):
            act()


def test_doing_it_twice_is_refused(coordinator, member, suspended, now):
    for act in (
        lambda: suspend_member(actor=coordinator, member=suspended),
        lambda: reinstate_member(actor=coordinator, member=member),
    ):
        with pytest.raises(Refused):
            act()


def test_coordinator_can_sign_a_member_out(coordinator, member):
    browser = signed_in(member)

    assert end_sessions(actor=coordinator, member=member) == 1

    assert browser.get(reverse("members:settings")).status_code == 302
    assert not Session.objects.exists()
