"""Where an event under the Chatham House Rule shows, the rule shows too: nobody may learn of it too late."""

from datetime import timedelta

import pytest

from apps.events.actions import make_feed
from apps.notifications import outbox
from apps.notifications.recipients import recipient_of
from apps.pages.actions import make_news_feed
from tests.make import NOW, make_event, make_member, make_participation, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

# Besides those with a token, which are added below.
PAGES = (
    "/",
    "/dashboard/",
    "/events/",
    "/events/?when=month&month=2027-03",
    "/events/zq7/",
    "/events/zq7/event.ics",
    "/groups/working-group/",
    "/topics/area/",
    "/topics/area/feed/",
    "/search/?q=zq7talk",
    "/notifications/",
)


@pytest.mark.parametrize("answer", ["", "yes"])
def test_rule_stands_wherever_the_event_shows(client, group, member, answer):
    event = make_event(
        group=group,
        title="Zq7talk",
        slug="zq7",
        visibility="public",
        is_chatham_house=True,
        starts_at=NOW + timedelta(days=20),
    )
    event.topics.add(make_topic(slug="area"))
    part = make_participation(event=event, member=member, via_group=group, answer=answer)
    outbox.notify("event_invitation", event, [recipient_of(member)], "x")
    tokens = {
        f"/rsvp/{part.token}/": "the page behind the link of a mail",
        f"/calendar/{make_feed(actor=member, now=NOW).token}.ics": "the own calendar",
        f"/feed/{make_news_feed(actor=member, now=NOW).token}/": "the own feed",
    }
    client.force_login(member)

    texts = {path: client.get(path).text for path in (*PAGES, *tokens)}

    assert [path for path, text in texts.items() if "Zq7talk" not in text] == []
    assert [path for path, text in texts.items() if "Chatham House Rule" not in text] == []


def test_no_rule_stands_where_there_is_none(client, group, member):
    """Else the words would be those of the page, and the test above could not fail."""
    event = make_event(group=group, title="Zq7talk", slug="zq7", visibility="public")
    event.topics.add(make_topic(slug="area"))
    make_participation(event=event, member=make_member(), answer="yes")
    client.force_login(member)

    assert [path for path in PAGES if "Chatham House Rule" in client.get(path).text] == []
