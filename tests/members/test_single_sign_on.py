"""Single sign-on opens existing accounts, by an address the provider vouches for, and never makes one."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.db import SessionStore

from apps.members.models import Member


@pytest.fixture
def come_back(rf, settings, monkeypatch, db):
    """Return from the provider with this address: what allauth does after the handshake."""
    known = {"provider_id": "sso", "name": "SSO", "client_id": "x", "settings": {"server_url": "https://sso.example"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [known]}}
    monkeypatch.setitem(registry.provider_map, OpenIDConnectProvider.id, OpenIDConnectProvider)

    def arrive(address, *, verified=True, uid="subject-1", user=None, process="login"):
        request = rf.get("/")
        request.session = SessionStore()
        request.user = user or AnonymousUser()
        request._messages = CookieStorage(request)
        app = SocialApp(provider="openid_connect", **known)
        login = SocialLogin(
            user=Member(email=address),
            account=SocialAccount(provider="sso", uid=uid),
            email_addresses=[EmailAddress(email=address, verified=verified, primary=True)],
            provider=OpenIDConnectProvider(request, app=app),
        )
        login.state = {"process": process}
        with request_context(request):
            response = complete_login(request, login)
        return request, response

    return arrive


def is_signed_in(request):
    return "_auth_user_id" in request.session


def test_verified_address_of_a_member_opens_the_account(come_back, member):
    request, response = come_back("Member@Example.org")

    assert response.status_code == 302
    assert request.session["_auth_user_id"] == str(member.pk)
    assert SocialAccount.objects.get().user == member


@pytest.mark.parametrize(
    ("address", "verified"), [("member@example.org", False), ("nobody@example.org", True), ("", True)]
)
def test_unverified_or_unknown_addresses_open_nothing_and_make_nothing(come_back, member, address, verified):
    request, response = come_back(address, verified=verified)

    assert response.status_code == 403
    assert not is_signed_in(request)
    assert not SocialAccount.objects.exists()
    assert Member.objects.get() == member


def test_closed_accounts_stay_closed(come_back, member):
    come_back(member.email)
    member.become(Member.Status.SUSPENDED)

    for uid in ("subject-1", "subject-2"):
        request, response = come_back(member.email, uid=uid)

        assert response.status_code == 403
        assert not is_signed_in(request)


def test_known_identity_opens_the_account_after_the_address_changed(come_back, member):
    come_back(member.email)

    request, _response = come_back("elsewhere@example.org")

    assert request.session["_auth_user_id"] == str(member.pk)


def test_nobody_ties_a_foreign_identity_to_their_account(come_back, member, chair):
    _request, response = come_back(chair.email, user=member, process="connect")

    assert response.status_code == 403
    assert not SocialAccount.objects.exists()
