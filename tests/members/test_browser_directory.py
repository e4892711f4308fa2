"""Finding people in a real browser: while typing, with the focus where it was, read out, and without losing a click."""

import pytest

from tests.browser import tab, wait_for_htmx  # noqa: F401  the first is a fixture
from tests.make import PASSWORD, make_member

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader(transactional_db):
    """Somebody to sign in, with two others to find."""
    for name in ("Ádá Nguyễn", "Bob"):
        make_member(name=name)
    return make_member("reader@example.org", name="Reader", password=PASSWORD)


@pytest.fixture
def directory(reader, tab, live_server):  # noqa: F811  a fixture
    """The directory, open in the browser. The people come first: Playwright lets nobody ask the database after it."""
    tab.goto(f"{live_server.url}/accounts/login/?next=/members/")
    tab.locator("[name=login]").fill("reader@example.org")
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("[name=password]").press("Enter")
    tab.get_by_label("Name or words").wait_for()
    wait_for_htmx(tab)
    return tab


def test_people_are_found_while_typing_and_the_focus_stays(directory):
    directory.evaluate("window.isSamePage = true")

    directory.get_by_label("Name or words").press_sequentially("nguy")
    directory.wait_for_url("**/members/?q=nguy")

    assert directory.locator("#list tbody th a").all_inner_texts() == ["Ádá Nguyễn"]
    assert directory.locator("#list-count[role=status]").inner_text() == "1 person"
    assert directory.evaluate("document.activeElement.name") == "q"
    assert directory.evaluate("window.isSamePage")


def test_leaving_the_search_field_asks_nothing_so_that_no_click_is_lost(directory):
    asked = []
    directory.get_by_label("Name or words").press_sequentially("nguy")
    directory.wait_for_url("**/members/?q=nguy")
    directory.on("request", lambda request: asked.append(request.url))

    directory.get_by_role("link", name="Ádá Nguyễn").click()
    directory.get_by_role("heading", name="Ádá Nguyễn").wait_for()

    assert not [url for url in asked if "?q=" in url]


def test_back_shows_the_directory_and_the_form_as_they_were(directory):
    field, names = directory.get_by_label("Name or words"), directory.locator("#list tbody th a")
    everybody = names.all_inner_texts()
    field.press_sequentially("nguy")
    directory.wait_for_url("**/members/?q=nguy")

    directory.go_back()
    directory.wait_for_url("**/members/")
    directory.get_by_text("3 people").wait_for()

    assert names.all_inner_texts() == everybody == ["Bob", "Reader", "Ádá Nguyễn"]
    assert field.input_value() == ""
    directory.go_forward()
    directory.wait_for_url("**/members/?q=nguy")
    directory.get_by_text("1 person").wait_for()
    assert (names.all_inner_texts(), field.input_value()) == (["Ádá Nguyễn"], "nguy")
