"""Where an event or thread under the Chatham House Rule shows, the rule shows too: nobody may learn of it too late."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.discussions import actions as discussing
from apps.events.actions import make_feed
from apps.notifications import outbox
from apps.notifications.delivery import Courier
from apps.notifications.recipients import recipient_of
from apps.pages.actions import make_news_feed
from tests.make import (
    NOW,
    make_event,
    make_member,
    make_participation,
    make_post,
    make_publication,
    make_thread,
    make_topic,
)

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


# Where a thread shows, besides on its own page and on that of a report.
THREAD_PAGES = (
    "/dashboard/",
    "/discussions/",
    "/discussions/?topic=area",
    "/discussions/reports/",
    "/events/about/",
    "/notifications/",
    "/search/?q=zq7talk",
    "/search/?q=zq7word",
    "/settings/discussions/",
    "/topics/area/",
)
# The words stand on some of these pages in any case; the badge does only where the rule holds.
BADGE = '<span class="badge chr">'


@pytest.fixture
def told(group, member, chair):
    """Make a thread of this mode that its group's chair finds everywhere; returns it and a report of its post."""

    def make(mode):
        event = make_event(group=group, slug="about", visibility="public")
        thread = make_thread(group=group, title="Zq7talk", mode=mode, about=event)
        thread.topics.add(make_topic(slug="area"))
        post = make_post(thread=thread, writer=member, text="Zq7word.")
        discussing.follow(actor=chair, thing=thread, level="all")
        report = discussing.report_post(actor=make_member(group=group), post=post, reason="Rude.", now=NOW)
        return thread, report

    return make


@pytest.mark.parametrize("mode", ["named", "unattributed"])
def test_rule_stands_wherever_a_thread_without_names_shows_and_nowhere_else(client, told, chair, mode):
    thread, report = told(mode)
    client.force_login(chair)

    pages = [*THREAD_PAGES, f"/discussions/{thread.pk}/", f"/discussions/reports/{report.pk}/"]
    texts = {path: client.get(path).text for path in pages}

    assert [path for path, text in texts.items() if "Zq7talk" not in text] == []
    assert [path for path, text in texts.items() if BADGE in text] == (pages if mode == "unattributed" else [])


@pytest.mark.parametrize("mode", ["named", "unattributed"])
def test_panel_of_a_paper_shows_the_rule_of_its_threads(client, group, member, mode):
    make_thread(group=group, title="Zq7talk", mode=mode, about=make_publication(group=group, slug="about"))
    client.force_login(member)

    page = client.get("/publications/about/").text

    assert ("Zq7talk" in page, BADGE in page) == (True, mode == "unattributed")


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("thread_post", "named"),
        ("thread_addressed", "named"),
        ("thread_batch", "unattributed"),
        ("post_reported", "named"),
        ("post_reported", "unattributed"),
    ],
)
def test_rule_stands_in_both_parts_of_mails_about_a_thread_without_names(told, chair, kind, mode):
    thread, _report = told(mode)
    if kind != "post_reported":
        occasion = "discussions.batch:1-1" if kind == "thread_batch" else "discussions.post:1"
        outbox.notify(kind, thread, [recipient_of(chair)], occasion)

    Courier(lambda: NOW + timedelta(minutes=5)).deliver(seconds=20)

    [message] = [each for each in mailbox.outbox if (each.subject == "Zq7talk") == (kind != "post_reported")]
    html = message.alternatives[0].content
    assert ("Zq7talk" in message.body, "Zq7talk" in html) == (True, True)
    is_ruled = mode == "unattributed"
    assert ("Chatham House Rule" in message.body, "Chatham House Rule" in html) == (is_ruled, is_ruled)
