"""A new member's profile offers the time zone of their browser, in a real one."""

import pytest
from django.conf import settings

from apps.members.models import Member
from tests.browser import find_chromium, open_browser

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_zone_of_the_browser_is_offered_and_saved_with_the_profile(client, member, live_server):
    client.force_login(member)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }
    with open_browser(find_chromium()) as chromium:
        context = chromium.new_context(timezone_id="Africa/Nairobi")
        context.add_cookies([cookie])
        tab = context.new_page()
        tab.goto(f"{live_server.url}/settings/profile/?first")

        assert tab.get_by_label("Time zone").input_value() == "Africa/Nairobi"
        tab.get_by_role("button", name="Save").click()
        tab.get_by_text("Profile saved.").wait_for()

    assert str(Member.objects.get(pk=member.pk).time_zone) == "Africa/Nairobi"
