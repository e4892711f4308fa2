"""Guessing is slow whatever a client writes into its headers or how it spells an address (ASVS 5.0, 6.3.1)."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.make import PASSWORD

pytestmark = pytest.mark.usefixtures("fresh_rate_limits")

WRONG = "wrong wrong wrong"


def attempt(address, password=WRONG, **headers):
    return Client().post(reverse("account_login"), {"login": address, "password": password}, **headers)


def is_opened(response):
    return response.status_code == 302


def test_many_wrong_sign_ins_from_one_place_are_stopped(member):
    answers = [attempt(f"x{number}@example.org").status_code for number in range(21)]

    assert answers[-1] == 429
    assert 429 not in answers[:9]


def test_forged_headers_do_not_begin_a_new_count(member):
    names = ("X_FORWARDED_FOR", "X_REAL_IP", "FORWARDED", "CLIENT_IP", "X_CLIENT_IP", "X_FORWARDED_HOST", "VIA")

    for number in range(21):
        forged = {f"HTTP_{name}": f"192.0.2.{number}" for name in names}
        response = attempt(f"x{number}@example.org", **forged)

    assert response.status_code == 429


def test_right_password_is_not_taken_after_five_wrong_ones_from_anywhere(member):
    for number in range(5):
        attempt(member.email, REMOTE_ADDR=f"192.0.2.{number}")

    assert not is_opened(attempt(member.email, PASSWORD, REMOTE_ADDR="198.51.100.1"))


@pytest.mark.parametrize(
    "spelling", ["MEMBER@example.org", " member@EXAMPLE.org", "Member@Example.Org ", "member@example.org\u00a0"]
)
def test_spelling_does_not_begin_a_new_count(member, spelling):
    for number in range(5):
        attempt(spelling, REMOTE_ADDR=f"192.0.2.{number}")

    assert not is_opened(attempt(member.email, PASSWORD, REMOTE_ADDR="198.51.100.1"))


@pytest.mark.parametrize(
    "spelling", ["mémber@example.org", "member@exämple.org", "ｍember@example.org", "membeſr@example.org"]
)
def test_accents_never_reach_the_account(member, spelling):
    for number in range(5):
        assert not is_opened(attempt(spelling, PASSWORD, REMOTE_ADDR=f"192.0.2.{number}"))

    assert is_opened(attempt(member.email, PASSWORD, REMOTE_ADDR="198.51.100.1"))


def test_another_port_or_host_does_not_begin_a_new_count(member):
    for number, host in enumerate(("localhost:1", "localhost:2", "127.0.0.1", "localhost:8000", "[::1]:3")):
        attempt(member.email, REMOTE_ADDR=f"192.0.2.{number}", HTTP_HOST=host)

    assert not is_opened(attempt(member.email, PASSWORD, REMOTE_ADDR="198.51.100.1", HTTP_HOST="localhost:4"))


def test_real_owner_still_gets_in_by_code(client, member, latest_code):
    for number in range(6):
        attempt(member.email, REMOTE_ADDR=f"192.0.2.{number}")

    response = client.post(reverse("account_request_login_code"), {"email": member.email})
    client.post(response.url, {"code": latest_code()})

    assert client.get(reverse("members:settings")).status_code == 200


def test_codes_can_not_be_mailed_without_end(member):
    url = reverse("account_request_login_code")

    for number in range(5):
        response = Client().post(url, {"email": member.email}, REMOTE_ADDR=f"192.0.2.{number}")

    assert response.status_code == 200
    assert member.mails.count() == 3
