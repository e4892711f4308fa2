from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail as mailbox
from django.test import Client
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.events.actions import invite_members
from apps.members.actions import depart_member, end_sessions, reinstate_member, suspend_member
from apps.members.models import Invitation, Member
from apps.notifications import outbox
from apps.notifications.delivery import Courier
from apps.notifications.ledger import differences
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.make import PASSWORD, make_event, make_group, make_invitation, make_member

Status = Member.Status


@pytest.fixture
def second_coordinator(db):
    return make_member("second@example.org", is_staff=True)


@pytest.fixture
def still(now):
    """The clock stands at NOW."""
    with time_machine.travel(now, tick=False):
        yield


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


@pytest.mark.usefixtures("still")
def test_reinstated_member_gets_what_had_not_left(coordinator, member, now):
    event = make_event()
    recipient = recipient_of(member)
    invite_members(actor=coordinator, event=event, member_ids=[member.pk], once="a", now=now)
    outbox.notify("event_message", event, [recipient], "too late", expires_at=now - timedelta(minutes=1))
    outbox.notify("event_message", event, [recipient], "taken back")
    OutgoingMail.objects.filter(occasion="taken back").cancel("changed our mind")
    outbox.notify_sealed(recipient, "Code", "ABC", "<p>ABC</p>")
    suspend_member(actor=coordinator, member=member)

    reinstate_member(actor=coordinator, member=member)
    for _run in range(2):
        Courier(lambda: now + timedelta(hours=1)).deliver(seconds=20)

    assert [message.subject.partition(":")[0] for message in mailbox.outbox] == ["Invitation"]
    assert list(OutgoingMail.objects.order_by("pk").values_list("kind", "state")) == [
        ("event_invitation", "sent"),
        ("event_message", "missed"),
        ("event_message", "cancelled"),
        ("account", "cancelled"),
    ]


def test_code_of_a_suspended_member_is_blanked(coordinator, member, now):
    outbox.notify_sealed(recipient_of(member), "Code", "ABC", "<p>ABC</p>")

    suspend_member(actor=coordinator, member=member)

    assert list(differences(now)) == []
    assert bytes(OutgoingMail.objects.get().sealed) == b""


@pytest.mark.usefixtures("still")
def test_mail_that_a_worker_held_at_the_suspension_goes_after_it(coordinator, member, now):
    invite_members(actor=coordinator, event=make_event(), member_ids=[member.pk], once="a", now=now)
    OutgoingMail.objects.update(state="claimed", claim_token="t", lease_until=now)
    suspend_member(actor=coordinator, member=member)
    Courier(lambda: now + timedelta(minutes=1)).deliver(seconds=20)
    assert OutgoingMail.objects.get().state == "cancelled"

    reinstate_member(actor=coordinator, member=member)
    Courier(lambda: now + timedelta(minutes=2)).deliver(seconds=20)

    assert OutgoingMail.objects.get().state == "sent"


@pytest.mark.usefixtures("still")
def test_sent_mail_does_not_go_again_after_a_suspension(coordinator, member, now):
    invite_members(actor=coordinator, event=make_event(), member_ids=[member.pk], once="a", now=now)
    Courier(lambda: now + timedelta(minutes=1)).deliver(seconds=20)
    suspend_member(actor=coordinator, member=member)

    reinstate_member(actor=coordinator, member=member)
    Courier(lambda: now + timedelta(minutes=2)).deliver(seconds=20)

    assert len(mailbox.outbox) == 1


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
