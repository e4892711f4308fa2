"""What one wrote while the session ended, in a real browser: it names the origin of a form by itself."""

from datetime import date

import pytest
from django.conf import settings

from tests.browser import tab, wait_for_htmx  # noqa: F401  the first is a fixture
from tests.make import PASSWORD, make_circulation, make_comment, make_publication

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

ABOUT = "I work on registries, and on both sides of a transfer.\nFor ten years."


def sign_in(page, address):
    page.fill("[name=login]", address)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_text_outlives_the_session(member, tab, live_server):  # noqa: F811  a fixture
    tab.goto(f"{live_server.url}/accounts/login/")
    sign_in(tab, member.email)
    tab.goto(f"{live_server.url}/settings/profile/")
    tab.fill("[name=about]", ABOUT)
    tab.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    tab.locator("main form button[type=submit]").first.click()
    tab.get_by_role("heading", name="You are signed out").wait_for()
    with tab.expect_popup() as opened:
        tab.get_by_role("link", name="Sign in (opens a new tab)").click()
    sign_in(opened.value, member.email)
    opened.value.close()
    tab.get_by_role("button", name="Send it again").click()
    tab.get_by_role("heading", name="Please send this once more").wait_for()
    tab.get_by_role("button", name="Send it again").click()
    tab.get_by_text("Profile saved.").wait_for()

    assert tab.input_value("[name=about]") == ABOUT


@pytest.fixture
def comment(group, chair):
    """To be settled. Made before the tab: in a browser's thread the database is shut."""
    paper = make_publication(group=group, state="resolving", visibility="group")
    circulation = make_circulation(publication=paper, state="closed", seen_by="participants")
    return make_comment(circulation=circulation, writer=chair, sent_on=date(2026, 1, 1))


def test_reason_typed_in_place_outlives_the_session_where_it_stands(chair, comment, tab, live_server):  # noqa: F811  a fixture
    resolution = f"{live_server.url}{comment.circulation.get_absolute_url()}resolution/"
    tab.goto(f"{live_server.url}/accounts/login/")
    sign_in(tab, chair.email)
    tab.goto(resolution)
    wait_for_htmx(tab)
    tab.get_by_role("link", name="Settle", exact=True).click()
    tab.get_by_label("Accepted", exact=True).check()
    tab.get_by_label("Observations").fill("Agreed.")
    tab.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    save = tab.get_by_role("button", name="Save", exact=True)
    save.click()
    tab.get_by_text("You have been signed out").wait_for()
    assert tab.get_by_label("Observations").input_value() == "Agreed."
    with tab.expect_popup() as opened:
        tab.locator("#unsent").get_by_role("link", name="Sign in (opens a new tab)").click()
    sign_in(opened.value, chair.email)
    opened.value.close()
    save.click()
    tab.get_by_text("you have signed in anew").wait_for()
    assert tab.get_by_label("Observations").input_value() == "Agreed."
    save.click()
    tab.get_by_role("link", name="Change", exact=True).wait_for()

    assert "Agreed." in tab.locator(f"#c-{comment.pk.hex}").inner_text()
    assert tab.locator("#unsent").inner_html() == ""
