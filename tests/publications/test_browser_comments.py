"""Commenting in a real browser: text selected on a page is quoted, what is typed is saved by itself, and sent."""

from base64 import b64decode
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import expect

from apps.publications.models import VersionPage
from tests.browser import tab, wait_for_htmx  # noqa: F401  the first is a fixture
from tests.make import (
    make_circulation,
    make_comment,
    make_consultee,
    make_group,
    make_member,
    make_publication,
    make_version,
)

# A picture of one dot.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
QUOTE = "A change shall not affect outcomes already transferred."
PAPER = "/publications/letters/circulation/abc"

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def circulation(transactional_db):
    paper = make_publication(group=make_group(), state="circulating", visibility="group", slug="letters")
    version = make_version(publication=paper)
    runs = [[60, 80, 300, 14, QUOTE]]
    picture = ContentFile(b64decode(DOT), name="page.png")
    VersionPage.objects.create(version=version, number=1, width=600, height=800, runs=runs, image=picture)
    deadline = (timezone.now() + timedelta(days=9)).date()
    return make_circulation(
        publication=paper, version=version, deadline_on=deadline, opened_at=timezone.now(), code="abc"
    )


@pytest.fixture
def session(client, circulation):
    """The session of who is asked. Made before the tab: in a browser's thread the database is shut."""
    person = make_member(name="Wanda")
    make_consultee(circulation=circulation, member=person, added_at=timezone.now())
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_text_is_selected_commented_saved_by_itself_and_sent(session, tab, live_server):  # noqa: F811  a fixture
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    tab.goto(f"{live_server.url}/publications/letters/versions/1/pages/1/")
    tab.wait_for_load_state("networkidle")

    expect(tab.locator("[name=opening]")).to_have_attribute("autocomplete", "off")

    tab.locator("svg text").first.select_text()
    expect(tab.locator("[name=quote]")).to_have_value(QUOTE)
    tab.fill("[name=comment]", "Too wide.")
    tab.locator("#draft-said").get_by_text("Draft saved").wait_for()
    expect(tab.get_by_role("link", name="You have 1 draft: see it and send it")).to_be_visible()

    # Left without a press of any button, it is there.
    tab.goto(f"{live_server.url}/settings/drafts/")
    kept = tab.locator("article").inner_text()
    assert [line for line in ("Page 1", QUOTE, "Too wide.") if line not in kept] == []

    tab.goto(f"{live_server.url}{PAPER}/comments/send/")
    tab.get_by_label("Nothing").check()
    tab.get_by_role("button", name="Send 1 draft").click()
    tab.get_by_text("1 comment sent.").wait_for()

    sent = tab.locator("article").inner_text()
    assert [line for line in ("Page 1", QUOTE, "Too wide.", "name withheld", "yours") if line not in sent] == []
    assert faults == []


def test_button_pressed_while_the_text_is_being_saved_as_typed_leaves_one_draft(session, tab, live_server):  # noqa: F811  a fixture
    tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    tab.goto(f"{live_server.url}{PAPER}/comments/")
    wait_for_htmx(tab)
    saved = []

    def swallow(route):
        """What is saved as typed arrives, and its answer never reaches the form."""
        if "hx-request" not in route.request.headers:
            return route.continue_()
        saved.append(route.fetch().status)
        return route.abort()

    tab.route("**/comments/save/", swallow)
    tab.fill("[name=comment]", "Too")
    for _turn in range(100):
        if saved:
            break
        tab.wait_for_timeout(100)
    assert saved[:1] == [200]
    tab.fill("[name=comment]", "Too wide.")
    tab.get_by_role("button", name="Save as draft").click()
    tab.get_by_text("Draft saved. Only you see it.").wait_for()

    tab.goto(f"{live_server.url}/settings/drafts/")
    assert [draft.inner_text().count("Too wide.") for draft in tab.locator("article").all()] == [1]


@pytest.fixture
def settling(client, circulation):
    """The session of who settles the comment that was made."""
    writer = make_member()
    make_consultee(circulation=circulation, member=writer)
    yesterday = (timezone.now() - timedelta(days=1)).date()
    make_comment(circulation=circulation, writer=writer, comment="Too wide.", sent_on=yesterday)
    circulation.state = "closed"
    circulation.save()
    client.force_login(make_member(is_staff=True))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_focus_stays_with_the_comment_that_is_settled_in_place(settling, tab, live_server):  # noqa: F811  a fixture
    tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": settling, "url": live_server.url}])
    tab.goto(f"{live_server.url}{PAPER}/resolution/")
    wait_for_htmx(tab)

    tab.get_by_role("link", name="Settle").press("Enter")
    expect(tab.locator("article.comment.now")).to_be_focused()

    tab.get_by_role("radio", name="Noted").check()
    tab.get_by_role("button", name="Save").press("Enter")
    expect(tab.get_by_role("link", name="Change")).to_be_visible()
    expect(tab.locator("article.comment:not(.now)")).to_be_focused()
