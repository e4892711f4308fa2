"""allauth's pages stand in the portal's look and pass its content security policy."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from tests.make import PASSWORD

ENTRANCE = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_signup",
]
MANAGE = [
    "account_email",
    "account_change_password",
    "account_logout",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
]
AFTER_LOGIN = ["mfa_activate_totp", "mfa_add_webauthn"]


@pytest.fixture
def signed_in(client, member):
    """The member's browser after the login form and one more look at the password."""
    EmailAddress.objects.get_or_create(user=member, email=member.email, defaults={"verified": True, "primary": True})
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def assert_is_ours(response):
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert 'class="brand"' in html
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", re.sub(r'"[^"]*"', '""', html))
    assert "<style" not in html
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert "data:" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ENTRANCE)
def test_entrance_page_is_ours_without_inline_script_or_style(client, name):
    response = client.get(reverse(name))

    assert_is_ours(response)
    assert reverse("account_signup") not in response.content.decode()


@pytest.mark.parametrize("name", MANAGE + AFTER_LOGIN)
def test_account_page_is_ours_without_inline_script_or_style(signed_in, name):
    assert_is_ours(signed_in.get(reverse(name)))


def test_account_page_turns_a_stranger_to_the_login(client, db):
    for name in MANAGE:
        response = client.get(reverse(name))

        assert response.status_code == 302 or name == "account_logout"


def test_login_page_has_the_fields_the_contract_names(client, db):
    html = client.get(reverse("account_login")).content.decode()

    assert {"login", "password"} <= set(re.findall(r'name="(\w+)"', html))


def test_totp_page_draws_the_code_inline(signed_in):
    html = signed_in.get(reverse("mfa_activate_totp")).content.decode()

    assert re.search(r'<div class="qr">\s*<svg [^>]*viewBox="[^"]+"><path', html)


def test_passkey_scripts_carry_the_nonce_of_the_policy(client, db):
    response = client.get(reverse("account_login"))

    nonces = set(re.findall(r'<script src="[^"]*webauthn[^"]*" nonce="([^"]+)"', response.content.decode()))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in response.headers["Content-Security-Policy"]


def test_sessions_page_marks_only_the_present_one(signed_in, member):
    other = type(signed_in)()
    other.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    other.get(reverse("usersessions_list"))

    html = signed_in.get(reverse("usersessions_list")).content.decode()

    assert html.count('<th scope="row">') == 2
    assert html.count("This one") == 1
