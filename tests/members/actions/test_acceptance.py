from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import accept_invitation, resend_invitation, revoke_invitation, send_invitation
from apps.members.models import Consent, Invitation, LegalText, Member, Membership, Organisation
from apps.members.models.invitation import VALID_FOR
from apps.members.permissions import Role
from apps.notifications.models import OutgoingMail, Reminder
from tests.make import make_group, make_invitation, make_legal_text, make_organisation, make_topic


@pytest.fixture
def text(db, now):
    return make_legal_text()


@pytest.fixture
def invitation(coordinator, group, now):
    topic = make_topic()
    row = make_invitation(
        group=group,
        address="guest@example.net",
        role=Role.OBSERVER,
        name="Gita Guest",
        position="Adviser",
        organisation="  ministry of SAMPLES ",
        stakeholder_group="party",
        country="NP",
        time_zone="Asia/Kathmandu",
    )
    row.topics.add(topic)
    return send_invitation(actor=coordinator, invitation=row, now=now)


def accept(invitation, text, now, actor=None):
    return accept_invitation(actor=actor, invitation=invitation, consents_to=text, now=now)


def test_accept_makes_member_membership_address_and_consent(invitation, text, group, now):
    member = accept(invitation, text, now)

    member.refresh_from_db()
    assert (member.email, member.name, member.position) == ("guest@example.net", "Gita Guest", "Adviser")
    assert (str(member.country), str(member.time_zone)) == ("NP", "Asia/Kathmandu")
    assert (member.organisation.name, member.organisation.stakeholder_group) == ("ministry of SAMPLES", "party")
    assert list(member.topics.all()) == list(invitation.topics.all())
    assert not member.has_usable_password()
    address = EmailAddress.objects.get(user=member)
    assert (address.email, address.verified, address.primary) == ("guest@example.net", True, True)
    assert list(Membership.objects.values_list("group", "member", "role")) == [(group.pk, member.pk, "observer")]
    assert Consent.objects.values_list("member", "text", "given_at").get() == (member.pk, text.pk, now)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by, invitation.accepted_at) == ("accepted", member, now)
    assert AuditEntry.objects.filter(event="invitation", detail="accepted", actor=member).count() == 1


def test_accept_silences_what_has_not_left(invitation, text, now):
    accept(invitation, text, now)

    assert OutgoingMail.objects.get(kind="invitation").state == "cancelled"
    assert Reminder.objects.get().state == "cancelled"


def test_accept_finds_the_organisation_whatever_its_capitals(invitation, text, now):
    known = make_organisation(name="Ministry of Samples")

    assert accept(invitation, text, now).organisation == known
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("change", ["used", "revoked", "expired", "sent anew"])
def test_accept_refuses_an_invitation_that_is_not_open(invitation, text, coordinator, now, change):
    stale = Invitation.objects.get()
    if change == "used":
        accept(invitation, text, now)
    elif change == "revoked":
        revoke_invitation(actor=coordinator, invitation=invitation)
    elif change == "sent anew":
        resend_invitation(actor=coordinator, invitation=invitation, now=now)
    before = Member.objects.count()

    with pytest.raises(Refused):
        accept(stale, text, now + VALID_FOR if change == "expired" else now)

    assert Member.objects.count() == before


def test_accept_needs_the_notice_in_force(invitation, text, now):
    newer = make_legal_text(published_at=now - timedelta(minutes=1))

    for wrong in (text, None):
        with pytest.raises(Refused):
            accept(invitation, wrong, now)

    assert accept(invitation, newer, now).consents.get().text == newer


def test_accept_without_any_notice_is_refused(invitation, now):
    make_legal_text(published_at=now + timedelta(days=1))
    make_legal_text(kind=LegalText.Kind.IMPRINT)

    with pytest.raises(Refused):
        accept(invitation, None, now)


def test_accept_for_an_account_is_for_that_member_only(text, coordinator, group, member, other_member, now):
    row = make_invitation(group=group, address=other_member.email)
    invitation = send_invitation(actor=coordinator, invitation=row, now=now)

    for wrong in (None, member):
        with pytest.raises(Refused):
            accept(invitation, text, now, actor=wrong)
    accepted = accept(invitation, text, now, actor=other_member)

    assert accepted == other_member
    assert other_member.memberships.filter(group=group, ended_on=None).count() == 1
    assert Member.objects.with_address(other_member.email).count() == 1


def test_accept_by_somebody_else_signed_in_is_refused(invitation, text, member, now):
    with pytest.raises(Refused):
        accept(invitation, text, now, actor=member)

    assert not Member.objects.with_address("guest@example.net").exists()
    invitation.refresh_from_db()
    assert invitation.state == "sent"


def test_accept_never_opens_a_closed_account(text, coordinator, group, member, now):
    row = make_invitation(group=make_group(), address=member.email)
    invitation = send_invitation(actor=coordinator, invitation=row, now=now)
    Member.objects.filter(pk=member.pk).update(status="departed", is_active=False)

    with pytest.raises(Refused):
        accept(invitation, text, now, actor=member)


@pytest.mark.django_db(transaction=True)
def test_twelve_parallel_accepts_make_one_member(now):
    text, group = make_legal_text(), make_group()
    send_invitation(actor=None, invitation=make_invitation(group=group, address="guest@example.net"), now=now)

    def accept_in_own_connection(_number):
        try:
            accept(Invitation.objects.get(), text, now)
        except Refused:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(12) as threads:
        accepted = sum(threads.map(accept_in_own_connection, range(12)))

    assert accepted == 1
    assert (Member.objects.count(), Membership.objects.count(), Consent.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_accepted_at_once_make_one_member(now):
    text = make_legal_text()
    for _number in range(2):
        row = make_invitation(group=make_group(), address="guest@example.net")
        send_invitation(actor=None, invitation=row, now=now)

    def accept_in_own_connection(pk):
        try:
            accept(Invitation.objects.get(pk=pk), text, now)
        except Refused:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(2) as threads:
        accepted = sum(threads.map(accept_in_own_connection, list(Invitation.objects.values_list("pk", flat=True))))

    assert accepted == 1
    assert Member.objects.count() == 1
