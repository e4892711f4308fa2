"""Marking a notice as read in a real browser: in place, counted, read out, and the focus stays near."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser import tab, wait_for_htmx  # noqa: F401  a fixture
from tests.make import make_event
from tests.notifications.test_views import make_notice

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(client, member, group):
    """The session of a member with two notices. Made before the tab: in a browser's thread the database is shut."""
    make_notice(member, make_event(group=group, title="First"))
    make_notice(member, make_event(group=group, title="Second"))
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize("path", ["/notifications/", "/dashboard/"])
def test_notice_is_marked_in_place(session, tab, live_server, path):  # noqa: F811  a fixture
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    tab.context.add_cookies([cookie])
    tab.goto(f"{live_server.url}{path}")
    wait_for_htmx(tab)

    tab.get_by_role("button", name=re.compile("Mark as read.*First")).click()
    tab.get_by_text("1 notice is unread").wait_for(state="attached")

    assert tab.locator("#unread").inner_text().startswith("1")
    assert tab.locator("#said").inner_text().strip() == "Marked as read. 1 notice is unread."
    expect(tab.get_by_role("listitem").filter(has_text="First")).to_be_focused()
    assert tab.get_by_role("button", name=re.compile("Mark as read")).count() == 1
    assert tab.url.endswith(path)
