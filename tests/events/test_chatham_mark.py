"""Where those who lead work on an event under the Chatham House Rule, the rule stands beside its name."""

import re
from datetime import timedelta

import pytest

from apps.events.actions import plan_reminders, save_event
from tests.make import NOW, make_event, make_member, make_participation

pytestmark = pytest.mark.usefixtures("frozen")

RULE = "Chatham House Rule"
BADGE = "badge chr"


@pytest.fixture(params=[True, False], ids=["under the rule", "without it"])
def event(request, group):
    return make_event(
        group=group,
        title="Talk",
        slug="talk",
        is_chatham_house=request.param,
        starts_at=NOW + timedelta(hours=30),
    )


@pytest.mark.parametrize("way", ["edit", "cancel"])
def test_mark_stands_on_the_pages_that_change_an_event(client, chair, event, way):
    client.force_login(chair)

    text = client.get(f"/events/talk/{way}/").text

    assert "Talk" in text
    assert (BADGE in text, RULE in text) == (event.is_chatham_house, event.is_chatham_house)


@pytest.mark.parametrize("what", ["a reminder", "a change"])
def test_mark_stands_in_the_table_of_what_is_due(client, coordinator, event, what):
    make_participation(event=event, member=make_member(), answer="maybe")
    if what == "a reminder":
        event.reminder_rules.create(audience="interested", minutes_before=60 * 24)
        plan_reminders(event)
    else:
        event.place = "Lima"
        save_event(actor=coordinator, event=event, now=NOW)
    client.force_login(coordinator)

    page = client.get("/admin/").text

    [table] = re.findall(r"<caption>Due within a day.*?</table>", page, re.DOTALL)
    assert "Talk" in table
    assert (BADGE in table, RULE in table) == (event.is_chatham_house, event.is_chatham_house)
