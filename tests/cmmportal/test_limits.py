"""Guessing passwords is slow, and headers do not make it faster."""

import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def forgotten():
    cache.clear()
    yield
    cache.clear()


def guess(client, number, **headers):
    fields = {"login": f"person{number}@example.org", "password": "wrong wrong wrong"}
    return client.post(LOGIN, fields, headers=headers)


def test_many_guesses_end_in_429_whatever_headers_say(client):
    answers = [guess(client, number, x_forwarded_for=f"198.51.100.{number}") for number in range(21)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_one_account_is_guarded_under_every_spelling(client, member):
    spellings = ["member@example.org", "Member@example.org", "MEMBER@EXAMPLE.ORG", " member@example.org "] * 2

    for spelling in spellings:
        client.post(LOGIN, {"login": spelling, "password": "wrong wrong wrong"})
    answer = client.post(LOGIN, {"login": member.email, "password": "correct horse battery"})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    assert b"Too many failed login attempts" in answer.content
