"""A passkey made and used in a real browser, under our policy for scripts; the authenticator is the browser's own."""

import pytest

from tests.browser import tab  # noqa: F401  a fixture
from tests.make import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_passkey_is_made_and_opens_the_account(member, tab, live_server):  # noqa: F811  a fixture
    key = tab.context.new_cdp_session(tab)
    key.send("WebAuthn.enable")
    key.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    tab.goto(f"{live_server.url}/accounts/login/?next=/accounts/2fa/webauthn/add/")
    tab.fill("[name=login]", member.email)
    tab.fill("[name=password]", PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/webauthn/add/")
    tab.fill("[name=name]", "My telephone")
    passwordless = tab.locator("[name=passwordless]")
    if passwordless.count():
        passwordless.check()

    tab.locator("#mfa_webauthn_add").click()
    tab.wait_for_url(lambda url: "/webauthn/add/" not in url)
    tab.context.clear_cookies()
    tab.goto(f"{live_server.url}/accounts/login/")
    tab.get_by_role("button", name="Use a passkey").click()
    tab.wait_for_url("**/dashboard/")

    tab.goto(f"{live_server.url}/settings/profile/")
    assert tab.input_value("[name=name]") == member.name
