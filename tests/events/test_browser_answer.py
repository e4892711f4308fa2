"""Answering on the dashboard in a real browser: in place, read out, and the focus stays on the pressed button."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.browser import tab, wait_for_htmx  # noqa: F401  a fixture
from tests.make import make_event, make_participation

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def events(member, group):
    """Two events that wait for the member's answer."""
    soon = timezone.now() + timedelta(days=3)
    events = [make_event(group=group, title=title, starts_at=soon) for title in ("First", "Second")]
    for event in events:
        make_participation(event=event, member=member)
    return events


@pytest.fixture
def session(client, member, events):
    """The member's session. Made before the tab: in a browser's thread the database is shut."""
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def dashboard(session, tab, live_server):  # noqa: F811  a fixture
    tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    tab.goto(f"{live_server.url}/dashboard/")
    wait_for_htmx(tab)
    return tab


def test_answer_is_saved_in_place_and_said_where_it_was_given(events, dashboard):
    first, second = events
    button, said = dashboard.locator(f"#answer-{first.pk}-maybe"), dashboard.locator(f"#said-{first.pk}")
    heading = dashboard.locator("h1")
    assert (button.get_attribute("aria-pressed"), said.inner_text()) == ("false", "")
    assert heading.inner_text() == "2 things need you"
    # Words put into a status line are read out; a line that is new is not.
    said.evaluate("(line) => { line.isSameLine = true; }")
    button.evaluate("(button) => { button.isOld = true; }")

    button.focus()
    dashboard.keyboard.press("Enter")
    dashboard.get_by_text("Saved.").wait_for()

    assert "You answered maybe on" in said.inner_text()
    assert said.get_attribute("role") == "status"
    assert said.evaluate("(line) => line.isSameLine === true")
    assert dashboard.evaluate("document.activeElement.id") == f"answer-{first.pk}-maybe"
    assert button.get_attribute("aria-pressed") == "true"
    assert button.evaluate("(button) => button.isOld === undefined")
    assert dashboard.locator(f"#said-{second.pk}").inner_text() == ""
    assert heading.inner_text() == "1 thing needs you"
    assert dashboard.url.endswith("/dashboard/")


def test_answer_can_be_changed_where_it_was_given(events, dashboard):
    first, _second = events
    said = dashboard.locator(f"#said-{first.pk}")

    for value, words in (("yes-online", "yes, online"), ("no", "no")):
        dashboard.locator(f"#answer-{first.pk}-{value}").click()
        said.get_by_text(f"You answered {words} on").wait_for()

        assert dashboard.evaluate("document.activeElement.id") == f"answer-{first.pk}-{value}"
        pressed = dashboard.locator(f"#answer-{first.pk} [aria-pressed=true]")
        assert [each.get_attribute("value") for each in pressed.all()] == [value]
