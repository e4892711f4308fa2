from datetime import timedelta

import pytest

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import (
    accept_invitation,
    approve_join_request,
    ask_to_join,
    decline_join_request,
    invitations,
    prepare_invitation,
)
from apps.members.models import Invitation, JoinRequest, Member
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from tests.make import make_invitation, make_join_request, make_legal_text, make_member


@pytest.fixture
def asked(group):
    return make_join_request(
        name="Gita Guest", address="gita@example.net", organisation="Registry office", country="GH", group=group
    )


def approve(actor, asked, group, now, role="observer"):
    return approve_join_request(actor=actor, join_request=asked, group=group, role=role, now=now)


def decline(actor, asked, now, reason="We are full until June.", tells=True):
    decline_join_request(actor=actor, join_request=asked, reason=reason, tells=tells, now=now)


def trail():
    return list(AuditEntry.objects.order_by("pk").values_list("actor", "about_type__model", "detail"))


def test_member_has_nothing_to_ask(member):
    with pytest.raises(Refused, match="member already"):
        ask_to_join(actor=member, address="x@example.net", agreed_to=make_legal_text())

    assert not JoinRequest.objects.exists()


def test_approving_invites_with_what_the_person_told(coordinator, asked, other_group, now):
    invitation = approve(coordinator, asked, other_group, now)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_at, asked.invitation) == (
        "approved",
        coordinator,
        now,
        invitation,
    )
    assert (invitation.group, invitation.role, invitation.state) == (other_group, "observer", "sent")
    assert (invitation.address, invitation.name, invitation.organisation, str(invitation.country)) == (
        "gita@example.net",
        "Gita Guest",
        "Registry office",
        "GH",
    )
    assert list(OutgoingMail.objects.values_list("kind", "address")) == [("invitation", "gita@example.net")]
    assert trail()[-1] == (coordinator.pk, "joinrequest", "request approved")


def test_approved_person_joins_by_the_link(coordinator, asked, group, now):
    text = make_legal_text()

    member = accept_invitation(
        actor=None, invitation=approve(coordinator, asked, group, now), consents_to=text, now=now + timedelta(hours=1)
    )

    assert (member.email, member.organisation.stakeholder_group) == ("gita@example.net", "ngo")
    assert member.memberships.get().role == "observer"


def test_declining_mails_the_reason_to_the_address_without_what_was_typed(coordinator, asked, now, mailoutbox):
    decline(coordinator, asked, now)
    mail = OutgoingMail.objects.get()
    OutgoingMail.objects.update(due_at=now, expires_at=now + timedelta(days=7))

    Courier(lambda: now).deliver(seconds=20)

    [message] = mailoutbox
    assert message.to == ["gita@example.net"]
    assert "We are full until June." in message.body
    assert "We are full until June." in message.alternatives[0].content
    assert "Gita" not in message.body + message.alternatives[0].content
    assert "Registry office" not in message.body
    assert (mail.kind, mail.member) == ("join_declined", None)
    assert trail() == [(coordinator.pk, "joinrequest", "request declined")]


def test_declining_in_silence_mails_nothing(coordinator, asked, now):
    decline(coordinator, asked, now, reason="", tells=False)

    asked.refresh_from_db()
    assert (asked.state, asked.is_told) == ("declined", False)
    assert not OutgoingMail.objects.exists()


def test_a_reason_that_is_mailed_must_be_given(coordinator, asked, now):
    with pytest.raises(Refused, match="reason"):
        decline(coordinator, asked, now, reason=" \n")

    asked.refresh_from_db()
    assert asked.state == "waiting"


@pytest.mark.parametrize("first", ["approve", "decline"])
@pytest.mark.parametrize("second", ["approve", "decline"])
def test_of_two_coordinators_one_decides_and_the_other_is_told(coordinator, asked, group, now, first, second):
    seen_by_the_other = JoinRequest.objects.get(pk=asked.pk)
    acts = {
        "approve": lambda row: approve(coordinator, row, group, now),
        "decline": lambda row: decline(coordinator, row, now),
    }
    acts[first](asked)

    with pytest.raises(Refused, match="meanwhile"):
        acts[second](seen_by_the_other)

    assert OutgoingMail.objects.count() == 1
    assert Invitation.objects.count() == (first == "approve")


def test_refused_invitation_leaves_the_request_waiting(coordinator, asked, group, now):
    prepare_invitation(actor=coordinator, group=group, address=asked.address)

    with pytest.raises(Refused, match="open invitation"):
        approve(coordinator, asked, group, now)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_at) == ("waiting", None)
    assert not OutgoingMail.objects.exists()


def test_request_of_whom_somebody_else_invites_at_the_same_moment_waits_on(coordinator, asked, group, now, monkeypatch):
    def invite_first(invitation):
        make_invitation(group=group, address=invitation.address)

    monkeypatch.setattr(invitations, "_refuse_taken", invite_first)

    with pytest.raises(Refused, match="has an open invitation"):
        approve(coordinator, asked, group, now)

    assert JoinRequest.objects.get().state == "waiting"


def test_closed_account_is_not_invited_back_by_a_request(coordinator, asked, group, now):
    make_member(asked.address).become(Member.Status.SUSPENDED)

    with pytest.raises(Refused, match="closed"):
        approve(coordinator, asked, group, now)


@pytest.mark.parametrize("who", ["member", "chair", "observer", "suspended"])
def test_nobody_but_staff_decides(request, who, asked, group, now):
    actor = request.getfixturevalue(who)

    with pytest.raises(Refused):
        approve(actor, asked, group, now)
    with pytest.raises(Refused):
        decline(actor, asked, now)

    asked.refresh_from_db()
    assert asked.state == "waiting"
