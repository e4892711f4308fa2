import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.members import actions
from apps.members.models import Consent, Invitation, Member, Membership
from apps.members.models.invitation import VALID_FOR
from apps.notifications.models import OutgoingMail
from tests.make import PASSWORD, make_group, make_legal_text

pytestmark = pytest.mark.usefixtures("fresh_rate_limits")


def url(invitation):
    return reverse("members:invitation", kwargs={"token": invitation.token})


def accept(client, invitation, text, **data):
    return client.post(url(invitation), {"text": text.pk, "consent": "on", **data})


def words(response):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def everything():
    models = (Invitation, Member, Membership, Consent, AuditEntry, Session, UserSession)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client, invite, method):
    invitation = invite()
    before = everything()

    response = getattr(client, method)(url(invitation))

    assert response.status_code == 200
    assert everything() == before


def test_page_shows_group_role_host_and_the_notice_and_keeps_the_link_secret(client, invite):
    response = client.get(url(invite(role="observer")))

    shown = words(response)
    for text in (
        "Working group",
        "Observer",
        "Cora Coordinator",
        "guest@example.net",
        "Version 1",
        "We keep what we need",
    ):
        assert text in shown
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]


def test_accepting_signs_in_and_leads_through_the_profile_to_the_dashboard(client, invite, notice, group):
    invitation = invite(name="Gita Guest", time_zone="Asia/Kathmandu")

    response = accept(client, invitation, notice)

    assert response.status_code == 302
    assert response.url == f"{reverse('members:profile')}?first"
    member = Member.objects.get(email="guest@example.net")
    assert member.memberships.get().group == group
    assert UserSession.objects.get().user == member
    page = client.get(response.url)
    assert "Welcome" in words(page)
    assert 'value="Gita Guest"' in page.content.decode()
    saved = client.post(
        response.url, {"name": "Gita G.", "time_zone": "Asia/Kathmandu", "language": "en", "organisation": "Institute"}
    )
    assert (saved.status_code, saved.url) == (302, reverse("pages:dashboard"))
    member.refresh_from_db()
    assert (member.name, member.organisation.name) == ("Gita G.", "Institute")
    assert client.get(reverse("pages:dashboard")).status_code == 200


def test_accepting_without_consent_keeps_the_form_and_says_so(client, invite, notice):
    invitation = invite()

    response = client.post(url(invitation), {"text": notice.pk})

    assert response.status_code == 200
    assert "tick the box" in words(response)
    assert not Consent.objects.exists()
    invitation.refresh_from_db()
    assert invitation.state == "sent"


def test_notice_changed_while_reading_asks_to_read_again(client, invite, notice):
    invitation = invite()
    make_legal_text(body="Now we keep more.", published_at=timezone.now())

    response = client.get(accept(client, invitation, notice).url)

    assert "has changed" in words(response)
    assert "Now we keep more." in words(response)
    assert not Member.objects.with_address("guest@example.net").exists()


@pytest.mark.parametrize("harm", ["altered", "foreign purpose", "too short", "huge", "odd letters"])
def test_a_link_that_never_was_is_a_404_with_a_sentence(client, invite, event_token, harm):
    token = invite().token
    wrong = {
        "altered": token[:-1] + ("a" if token[-1] != "a" else "b"),
        "foreign purpose": event_token,
        "too short": token[:-4],
        "huge": "9" * 4000,
        "odd letters": "ä\u202e😀",
    }[harm]

    response = client.get(reverse("members:invitation", kwargs={"token": wrong}))

    assert response.status_code == 404
    assert "newest mail" in words(response)


@pytest.fixture
def event_token(invite):
    """A token made for another purpose, with the row id and the nonce of the invitation."""
    invitation = invite("second@example.net")
    return OutgoingMail(pk=invitation.pk, nonce=invitation.nonce).token


def test_another_persons_nonce_does_not_open_a_row(client, invite):
    mine, theirs = invite(), invite("other@example.net")

    swapped = f"{theirs.token.partition('-')[0]}-{mine.token.partition('-')[2]}"

    assert client.get(reverse("members:invitation", kwargs={"token": swapped})).status_code == 404


def test_expired_invitation_is_gone_with_a_sentence(client, invite, notice):
    invitation = invite(now=timezone.now() - VALID_FOR)

    for response in (client.get(url(invitation)), accept(client, invitation, notice)):
        assert response.status_code == 410
        assert "has expired" in words(response)
    assert not Member.objects.with_address("guest@example.net").exists()


def test_invitation_works_until_its_last_minute(client, invite):
    invitation = invite()

    with time_machine.travel(invitation.expires_at - timedelta(minutes=1), tick=False):
        assert client.get(url(invitation)).status_code == 200
    with time_machine.travel(invitation.expires_at, tick=False):
        assert client.get(url(invitation)).status_code == 410


def test_revoked_invitation_is_gone_with_a_sentence(client, invite, notice, coordinator):
    invitation = invite()
    actions.revoke_invitation(actor=coordinator, invitation=invitation)

    response = accept(client, invitation, notice)

    assert response.status_code == 410
    assert "taken back" in words(response)


def test_used_invitation_is_gone_for_others_and_done_for_its_owner(client, invite, notice):
    invitation = invite()
    accept(client, invitation, notice)

    again = accept(client, invitation, notice)
    stranger = type(client)().get(url(invitation))

    assert (again.status_code, stranger.status_code) == (410, 410)
    assert "You have accepted this invitation" in words(again)
    assert "was used already" in words(stranger)
    assert Member.objects.with_address("guest@example.net").count() == 1


def test_resent_invitation_kills_the_older_link(client, invite, coordinator):
    invitation = invite()
    older = url(invitation)
    actions.resend_invitation(actor=coordinator, invitation=invitation, now=timezone.now())

    assert client.get(older).status_code == 404
    assert client.get(url(invitation)).status_code == 200


def test_address_with_an_account_must_sign_in_and_comes_back(client, invite, notice, other_member):
    invitation = invite(other_member.email)

    page = client.get(url(invitation))
    refused = accept(client, invitation, notice)

    assert "There is an account for this address" in words(page)
    assert "consent" not in page.content.decode()
    assert Membership.objects.filter(member=other_member).count() == 1
    assert "Sign in with it" in words(client.get(refused.url))
    sign_in = unescape(re.search(r'href="(/accounts/login/\?next=[^"]+)"', page.content.decode())[1])
    back = client.post(sign_in, {"login": other_member.email, "password": PASSWORD})
    assert back.url == url(invitation)
    assert accept(client, invitation, notice).status_code == 302
    assert Membership.objects.filter(member=other_member).count() == 2


def test_signed_in_as_somebody_else_is_told_so_and_can_sign_out_and_return(client, invite, notice, member):
    invitation = invite()
    client.force_login(member)

    page = client.get(url(invitation))
    accept(client, invitation, notice)

    assert "signed in as somebody else" in words(page)
    assert not Member.objects.with_address("guest@example.net").exists()
    out = client.post(reverse("account_logout"), {"next": url(invitation)})
    assert out.url == url(invitation)
    assert "Accept the invitation" in words(client.get(out.url))


def test_closed_account_can_not_come_back_by_an_old_link(client, invite, notice, suspended):
    Member.objects.filter(pk=suspended.pk).update(status="active", is_active=True)
    invitation = invite(suspended.email, group=make_group())
    Member.objects.filter(pk=suspended.pk).update(status="suspended", is_active=False)

    accept(client, invitation, notice)

    assert Membership.objects.filter(member=suspended).count() == 1


def test_accepting_needs_the_csrf_token(invite, notice, django_client_factory):
    response = accept(django_client_factory(enforce_csrf_checks=True), invite(), notice)

    assert response.status_code == 403
    assert not Member.objects.with_address("guest@example.net").exists()


@pytest.fixture
def django_client_factory(client):
    return type(client)


def test_accepting_is_limited_by_address_of_the_network(client, invite, notice):
    invitation = invite()
    wrong = reverse("members:invitation", kwargs={"token": invitation.token[:-1]})

    answers = [client.post(wrong, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code for number in range(61)]

    assert answers == [404] * 60 + [429]


def test_page_needs_few_queries(client, invite, django_assert_max_num_queries):
    invitation = invite()
    client.get(url(invitation))

    with django_assert_max_num_queries(10):
        client.get(url(invitation))
