"""Members who sign in by code alone confirm who they are by another code."""

import json
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from apps.notifications.models import OutgoingMail
from tests.make import PASSWORD, make_member

pytestmark = pytest.mark.usefixtures("fresh_rate_limits")

URL = "/settings/confirm/"
EXPORT = "/settings/data/"


@pytest.fixture
def codeless(db):
    """A member without a password."""
    return make_member("codes@example.org")


@pytest.fixture
def visitor(client, codeless, latest_code, time_machine):
    """Signed in by code a quarter of an hour and a minute ago."""
    time_machine.move_to(timezone.now())
    response = client.post(reverse("account_request_login_code"), {"email": codeless.email})
    client.post(response.url, {"code": latest_code()})
    time_machine.shift(timedelta(minutes=16))
    return client


def test_fresh_sign_in_by_code_is_proof_enough(client, codeless, latest_code):
    response = client.post(reverse("account_request_login_code"), {"email": codeless.email})
    client.post(response.url, {"code": latest_code()})

    assert client.post(EXPORT).headers["Content-Type"] == "application/json"


def test_old_sign_in_by_code_needs_a_code_and_then_goes_on(visitor, codeless, latest_code):
    asked = visitor.post(EXPORT)
    assert unquote(asked.url) == f"{URL}?next={EXPORT}"
    assert visitor.get(asked.url).status_code == 200
    sent = visitor.post(asked.url, {"send": "", "next": EXPORT})
    assert sent.url == asked.url
    code = latest_code()

    response = visitor.post(sent.url, {"code": code, "next": EXPORT})

    assert json.loads(response.content)["members.member"]["id"] == codeless.pk
    assert visitor.post(sent.url, {"code": code}).headers["Content-Type"] != "application/json"


def test_code_lies_nowhere_in_the_clear(visitor, latest_code):
    visitor.post(URL, {"send": ""})

    code = latest_code()

    assert code not in str([session.get_decoded() for session in Session.objects.all()])
    assert code.encode() not in bytes(OutgoingMail.objects.latest("pk").sealed)


def test_code_can_not_be_guessed(visitor, latest_code):
    visitor.post(URL, {"send": ""})

    for _try in range(3):
        page = visitor.post(URL, {"code": "WRONG1"})
    visitor.post(URL, {"code": latest_code()})

    assert "Too many wrong codes" in page.content.decode()
    assert visitor.post(EXPORT).status_code == 302


def test_code_grows_old(visitor, latest_code, time_machine):
    visitor.post(URL, {"send": ""})
    time_machine.shift(timedelta(minutes=16))

    visitor.post(URL, {"code": latest_code()})

    assert visitor.post(EXPORT).status_code == 302


def test_codes_are_not_sent_without_end(visitor):
    answers = [visitor.post(URL, {"send": ""}).status_code for _number in range(4)]

    assert answers == [302, 302, 302, 429]


@pytest.mark.parametrize("name", ["account_set_password", "mfa_activate_totp", "mfa_add_webauthn"])
def test_new_credentials_need_a_fresh_proof(visitor, name):
    response = visitor.get(reverse(name))

    assert response.url.startswith(URL)


def test_first_password_typed_into_an_old_page_is_not_kept_in_the_session(visitor, codeless):
    data = {"password1": "quite another horse", "password2": "quite another horse"}

    response = visitor.post(reverse("account_set_password"), data)

    assert response.url == reverse("account_set_password")
    assert "another" not in str([session.get_decoded() for session in Session.objects.all()])
    codeless.refresh_from_db()
    assert not codeless.has_usable_password()


def test_first_password_is_set_after_the_proof(visitor, codeless, latest_code, account_mails):
    visitor.post(URL, {"send": ""})
    visitor.post(URL, {"code": latest_code()})
    data = {"password1": "quite another horse", "password2": "quite another horse"}

    visitor.post(reverse("account_set_password"), data)

    codeless.refresh_from_db()
    assert codeless.check_password("quite another horse")
    assert account_mails()[-1]["subject"] == "Your password was set"


def test_address_change_needs_a_fresh_proof(visitor):
    response = visitor.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})

    assert re.match(rf"{URL}\?next=", response.url)


def test_member_with_a_password_confirms_with_it(client, member):
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})

    response = client.get(f"{URL}?next={EXPORT}")

    assert unquote(response.url) == f"{reverse('account_reauthenticate')}?next={EXPORT}"
