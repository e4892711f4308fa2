"""Another address for a member: the old one opens nothing, both are told, nobody else's is taken."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import change_address, suspend_member
from apps.members.models import Invitation, Member
from apps.notifications import outbox
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail, Suppression
from apps.notifications.recipients import recipient_of
from tests.make import PASSWORD, make_event, make_invitation, make_participation

pytestmark = pytest.mark.usefixtures("fresh_rate_limits")

OLD, NEW = "member@example.org", "new@ministry.example"


def change(coordinator, member, address=NEW):
    return change_address(actor=coordinator, member=member, address=address, now=timezone.now())


def is_signed_in(client):
    return client.get(reverse("members:settings")).status_code == 200


def sign_in(client, address):
    return client.post(reverse("account_login"), {"login": address, "password": PASSWORD})


def test_the_new_address_alone_opens_the_account(client, coordinator, member):
    sign_in(client, OLD)
    assert is_signed_in(client)

    change(coordinator, member, "New@Ministry.example")

    assert list(EmailAddress.objects.filter(user=member).values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]
    assert not is_signed_in(client)
    assert sign_in(Client(), OLD).status_code == 200
    assert sign_in(Client(), NEW).url == reverse("pages:dashboard")


def test_both_addresses_are_told_and_neither_learns_of_the_other(coordinator, member, mailoutbox):
    change(coordinator, member)
    Courier(timezone.now).deliver(seconds=5)

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([OLD], "This address no longer opens your account"),
        ([NEW], "Sign in with this address from now on"),
    ]
    assert NEW not in mailoutbox[0].body
    assert OLD not in mailoutbox[1].body


def test_it_is_on_the_record_without_addresses(coordinator, member):
    change(coordinator, member)

    entry = AuditEntry.objects.get(event="credential")
    assert (entry.actor, entry.about_id, entry.detail) == (
        coordinator,
        member.pk,
        "address changed by the secretariat",
    )


def test_a_login_code_asked_for_before_is_dead(client, coordinator, member, latest_code):
    client.post(reverse("account_request_login_code"), {"email": OLD})
    code = latest_code()

    change(coordinator, member)
    response = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert response.url == reverse("account_login")
    assert not is_signed_in(client)
    assert OutgoingMail.objects.filter(member=member, state="cancelled").count() == 1


def test_a_code_asked_for_afterwards_opens(client, coordinator, member, latest_code):
    change(coordinator, member)
    client.post(reverse("account_request_login_code"), {"email": NEW.upper()})

    client.post(reverse("account_confirm_login_code"), {"code": latest_code()})

    assert is_signed_in(client)


def test_a_reset_link_sent_before_is_dead(client, coordinator, member, account_mails):
    client.post(reverse("account_reset_password"), {"email": OLD})
    link = re.search(r"(/accounts/password/reset/key/\S+)", account_mails()[0]["text"])[1]
    assert "password1" in client.get(link, follow=True).content.decode()

    change(coordinator, member)

    assert "password1" not in Client().get(link, follow=True).content.decode()
    assert "password1" not in client.get(link, follow=True).content.decode()


def test_single_sign_on_of_the_old_address_ends(coordinator, member):
    SocialAccount.objects.create(user=member, provider="sso", uid="of the old ministry")

    change(coordinator, member)

    assert not SocialAccount.objects.exists()


def test_open_invitations_to_the_old_address_are_taken_back_and_one_to_the_new_is_accepted(
    client, coordinator, member, other_group, invite
):
    old = make_invitation(group=other_group, address=OLD, state="sent", expires_at=timezone.now())
    new = invite(NEW, group=other_group)

    change(coordinator, member)
    sign_in(client, NEW)
    text = re.search(r'name="text" value="(\d+)"', client.get(f"/invitation/{new.token}/").content.decode())[1]
    client.post(f"/invitation/{new.token}/", {"text": text, "consent": "on"})

    assert dict(Invitation.objects.values_list("pk", "state")) == {old.pk: "revoked", new.pk: "accepted"}
    assert member.memberships.filter(group=other_group).count() == 1
    assert Member.objects.get_queryset().count() == 2


def test_mail_that_waits_goes_to_the_new_address(coordinator, member, group, mailoutbox):
    event = make_event(group=group, visibility="members")
    make_participation(event=event, member=member)
    outbox.notify("event_invitation", event, [recipient_of(member)], "invited")

    change(coordinator, member)
    Courier(timezone.now).deliver(seconds=5)

    assert OutgoingMail.objects.get(kind="event_invitation").sent_to == NEW


@pytest.mark.parametrize("address", ["Chair@Example.org", OLD, "gone@example.net", "no address", ""])
def test_addresses_that_are_taken_suppressed_or_none_are_refused(coordinator, chair, member, address):
    Suppression.objects.create(address="Gone@example.net")

    with pytest.raises(Refused):
        change(coordinator, member, address)

    member.refresh_from_db()
    assert member.email == OLD
    assert not OutgoingMail.objects.exists()


def test_another_change_at_the_same_moment_stands(coordinator, member):
    stale = Member.objects.get(pk=member.pk)
    change(coordinator, member, "first@example.net")

    with pytest.raises(Refused, match="changed meanwhile"):
        change(coordinator, stale, "second@example.net")

    stale.refresh_from_db()
    assert stale.email == "first@example.net"


def test_it_is_for_the_secretariat_for_others_and_for_open_accounts(coordinator, chair, member, suspended):
    for actor, person in ((chair, member), (member, member), (coordinator, coordinator), (coordinator, suspended)):
        with pytest.raises(Refused):
            change(actor, person)

    assert not AuditEntry.objects.filter(event="credential").exists()
    suspend_member(actor=coordinator, member=member)
    with pytest.raises(Refused, match="closed"):
        change(coordinator, member)
