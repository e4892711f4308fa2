"""One address answers with the page or with its changing part, and caches keep the two apart."""

import pytest
from django.http import QueryDict

from apps.core.swaps import tidy_query

SWAP = {"HX-Request": "true"}
RESTORED = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("headers", "is_page"), [({}, True), (SWAP, False), (RESTORED, True)])
def test_list_answers_htmx_with_its_changing_part(client, headers, is_page):
    response = client.get("/events/", headers=headers)

    assert ("<html" in response.text) == is_page
    assert ("hx-swap-oob" in response.text) != is_page
    assert response.text.count('aria-label="Period"') == 1


@pytest.mark.parametrize("headers", [{}, SWAP])
def test_list_says_that_it_varies(client, headers):
    assert "HX-Request" in response_vary(client.get("/events/", headers=headers))


def response_vary(response):
    return [each.strip() for each in response.headers["Vary"].split(",")]


def test_list_pushes_an_address_without_what_was_not_chosen(client):
    response = client.get("/events/?phase=&kind=webinar&topic=&when=past", headers=SWAP)

    assert response.headers["HX-Push-Url"] == "/events/?kind=webinar&when=past"
    assert client.get("/events/?phase=", headers=SWAP).headers["HX-Push-Url"] == "/events/"
    assert "HX-Push-Url" not in client.get("/events/?kind=webinar").headers


def test_tidy_query_keeps_what_holds_something():
    assert tidy_query(QueryDict("a=&b=1&b=&b=2&c=%20")) == "b=1&b=2&c=+"
