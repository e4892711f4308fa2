"""Nobody learns from the portal who has an account: same words, same status, same time (ASVS 5.0, 6.3.8)."""

import re
from html import unescape

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.members.models import Member
from apps.notifications.models import OutgoingMail
from tests.make import PASSWORD, make_member

pytestmark = pytest.mark.usefixtures("fresh_rate_limits")

FORMS = {
    "password": (lambda address: (reverse("account_login"), {"login": address, "password": "wrong wrong wrong"})),
    "right password": (lambda address: (reverse("account_login"), {"login": address, "password": PASSWORD})),
    "code": (lambda address: (reverse("account_request_login_code"), {"email": address})),
    "reset": (lambda address: (reverse("account_reset_password"), {"email": address})),
    "signup": (lambda address: (reverse("account_signup"), {"email": address, "password1": PASSWORD})),
}


def answer(form, address):
    """What a browser gets: statuses, places and words, without the address typed and what is random."""
    client = Client()
    url, data = FORMS[form](address)
    response = client.post(url, data, follow=True)
    page = re.sub(r'(nonce|value|autofocus|aria-invalid)="[^"]*"', "", response.content.decode())
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page))).replace(address, "ADDRESS")
    return response.redirect_chain, response.status_code, words, sorted(client.cookies)


@pytest.mark.parametrize("form", ["password", "code", "reset", "signup"])
def test_known_unknown_and_closed_addresses_get_the_same_answer(form, member, suspended):
    known, unknown, closed = (
        answer(form, address) for address in (member.email, "nobody@example.org", suspended.email)
    )

    assert known == unknown == closed


def test_right_password_of_a_closed_account_is_like_a_wrong_one(suspended):
    assert answer("right password", suspended.email) == answer("password", "nobody@example.org")


def test_departed_members_are_as_unknown_as_suspended_ones(member):
    member.become(Member.Status.DEPARTED)

    for form in ("right password", "code", "reset"):
        assert answer(form, member.email) == answer(form, "nobody@example.org")


@pytest.mark.parametrize("form", ["code", "reset"])
def test_only_active_members_get_mail(form, member, suspended):
    for address in (suspended.email, "nobody@example.org"):
        answer(form, address)
    assert not OutgoingMail.objects.exists()

    answer(form, member.email)

    assert OutgoingMail.objects.get().member == member


def test_code_typed_for_an_unknown_address_opens_nothing(client, db):
    client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})

    for code in ("", "ABC-DEF", "None"):
        client.post(reverse("account_confirm_login_code"), {"code": code})

    assert client.get(reverse("members:settings")).status_code == 302


def test_failed_sign_ins_are_noted_without_the_address(client, member):
    for address in (member.email, "nobody@example.org"):
        client.post(reverse("account_login"), {"login": address, "password": "wrong wrong wrong"})

    assert list(AuditEntry.objects.order_by("pk").values_list("event", "about_id", "actor", "detail")) == [
        ("login_failed", member.pk, None, "password"),
        ("login_failed", None, None, "password"),
    ]


@pytest.mark.parametrize("form", ["password", "code", "reset"])
def test_known_and_unknown_addresses_cost_the_same_work(form, db, settings, monkeypatch):
    """What takes time is counted, hashing and writing: times on a busy machine say nothing."""
    settings.ACCOUNT_RATE_LIMITS = False
    make_member("person@example.org", password=PASSWORD)
    url, _data = FORMS[form]("")
    hashed = []
    encode = Argon2PasswordHasher.encode
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    verify = Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *args: hashed.append(1) or verify(*args))

    def work(address):
        del hashed[:]
        with CaptureQueriesContext(connection) as queries:
            Client().post(url, FORMS[form](address)[1])
        written = [query["sql"].split('"')[1] for query in queries if query["sql"].startswith("INSERT")]
        return len(hashed), written

    work("person@example.org")
    known, unknown = work("person@example.org"), work("nobody@example.org")

    assert known == unknown
    assert known[0] == (form == "password")
    assert known[1]
