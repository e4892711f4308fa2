"""After signing out the browser shows nothing of before, whatever the back button does (ASVS 5.0, 14.3.1)."""

import pytest
from django.conf import settings

from tests.browser import tab  # noqa: F401  a fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(client, member):
    """A session, made before the tab: in a browser's thread the database is shut."""
    member.about = "Zq7 secret"
    member.save()
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_back_after_signing_out_shows_nothing(session, tab, live_server):  # noqa: F811  a fixture
    tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    tab.goto(f"{live_server.url}/settings/profile/")
    assert "Zq7 secret" in tab.content()

    tab.locator("form[action$='/accounts/logout/'] button").locator("visible=true").first.click()
    tab.wait_for_url(f"{live_server.url}/")
    tab.go_back()

    assert "Zq7 secret" not in tab.content()
    assert "/accounts/login/" in tab.url
    assert session not in [cookie["value"] for cookie in tab.context.cookies()]
    assert tab.evaluate("localStorage.length + sessionStorage.length") == 0
