"""Narrowing the list of events in a real browser: in place, read out, with Back, and nothing left behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser import tab, wait_for_htmx  # noqa: F401  a fixture
from tests.make import make_event, make_group

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def events(transactional_db):
    group = make_group(slug="working-group")
    starts_at = timezone.now() + timedelta(days=3)
    make_event(group=group, visibility="public", kind="webinar", title="Webinar on units", starts_at=starts_at)
    make_event(group=group, visibility="public", kind="workshop", title="Workshop on units", starts_at=starts_at)


def open_list(page, live_server):
    """Open the list and wait for htmx, which comes when all else is there."""
    page.goto(f"{live_server.url}/events/")
    wait_for_htmx(page)


def titles(page):
    return page.locator("#list .title").all_inner_texts()


@pytest.mark.usefixtures("events")
def test_events_are_narrowed_in_place(tab, live_server):  # noqa: F811  a fixture
    open_list(tab, live_server)
    tab.evaluate("window.isSamePage = true")

    tab.get_by_label("Kind").focus()
    tab.get_by_label("Kind").select_option("webinar")
    tab.wait_for_url("**/events/?kind=webinar")

    assert titles(tab) == ["Webinar on units"]
    assert tab.locator("#list-count").inner_text() == "1 event"
    assert tab.get_by_role("link", name="Remove the filter: Kind: Webinar").is_visible()
    assert tab.evaluate("document.activeElement.name") == "kind"
    assert tab.evaluate("window.isSamePage")
    assert "Webinar" not in str(tab.evaluate("({...sessionStorage, ...localStorage})"))


@pytest.mark.usefixtures("events")
def test_back_shows_the_list_and_the_form_as_they_were(tab, live_server):  # noqa: F811  a fixture
    open_list(tab, live_server)
    tab.get_by_label("Kind").select_option("workshop")
    tab.wait_for_url("**/events/?kind=workshop")

    tab.go_back()
    tab.wait_for_url("**/events/")
    tab.get_by_text("2 events").wait_for()

    assert titles(tab) == ["Webinar on units", "Workshop on units"]
    assert tab.get_by_label("Kind").input_value() == ""


@pytest.mark.usefixtures("events")
def test_tabs_keep_what_was_chosen_in_place(tab, live_server):  # noqa: F811  a fixture
    open_list(tab, live_server)
    tab.get_by_label("Kind").select_option("webinar")
    tab.wait_for_url("**/events/?kind=webinar")

    tab.get_by_role("link", name="Month", exact=True).click()

    assert tab.get_by_label("Kind").input_value() == "webinar"
    assert "when=month" in tab.url
