"""What holds for every page behind a secret link: guessing is slow, readers are not, and the browser keeps no token."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from apps.core.guessing import RATES
from apps.events.actions import make_feed
from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from apps.pages.actions import make_news_feed
from tests.make import make_event, make_invitation, make_legal_text, make_participation

ROOM = int(RATES["guess"].partition("/")[0])
PATHS = {"members:invitation", "events:rsvp", "events:feed", "pages:news_feed", "notifications:unsubscribe"}
UNKNOWN = "1-aaaa" + "b" * 32


def token_patterns(patterns, namespace=""):
    """The names of all our addresses that hold a token."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from token_patterns(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif "token" in pattern.pattern.converters:
            yield f"{namespace}{pattern.name}"


@pytest.fixture
def links(member, group):
    """One living link of each."""
    make_legal_text(published_at=timezone.now() - timedelta(days=9))
    soon = timezone.now() + timedelta(days=9)
    invitation = make_invitation(group=group, address="guest@example.net", state="sent", expires_at=soon)
    event = make_event(group=group, starts_at=soon, ends_at=soon + timedelta(hours=1))
    part = make_participation(event=event, member=member)
    outbox.notify("event_reminder", event, [recipient_of(member)], "x")
    return {
        "members:invitation": f"/invitation/{invitation.token}/",
        "events:rsvp": f"/rsvp/{part.token}/",
        "events:feed": f"/calendar/{make_feed(actor=member, now=timezone.now()).token}.ics",
        "pages:news_feed": f"/feed/{make_news_feed(actor=member, now=timezone.now()).token}/",
        "notifications:unsubscribe": f"/unsubscribe/{OutgoingMail.objects.get().token}/",
    }


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def guess(client, links, times, **more):
    """Open links that do not exist, one kind after the other, by GET and HEAD in turn."""
    unknown = [path.replace(path.strip("/").split("/")[1].removesuffix(".ics"), UNKNOWN) for path in links.values()]
    asks = (client.get, client.head)
    return [asks[number % 2](unknown[number % len(unknown)], **more).status_code for number in range(times)]


def test_every_address_with_a_token_is_looked_at_here(links):
    assert set(token_patterns(get_resolver().url_patterns)) == PATHS == set(links)


def test_guessing_ends_after_some_tries_for_all_links_together(client, links):
    answers = guess(client, links, ROOM + 4)

    assert answers == [404] * ROOM + [429] * 4
    assert [client.get(path).status_code for path in links.values()] == [429] * len(links)


def test_who_guesses_shuts_out_nobody_elsewhere(links):
    guess(Client(), links, ROOM + 1, REMOTE_ADDR="192.0.2.1")

    assert [Client().get(path, REMOTE_ADDR="192.0.2.2").status_code for path in links.values()] == [200] * len(links)


def test_a_scanner_that_opens_living_links_is_never_shut_out(client, links):
    paths = list(links.values())

    answers = {client.get(paths[number % len(paths)]).status_code for number in range(ROOM + 20)}

    assert answers == {200}


def test_closed_links_do_not_count(client, links, member):
    member.become(member.Status.SUSPENDED)
    for _each in range(ROOM + 1):
        assert client.get(links["events:rsvp"]).status_code == 410


def test_no_page_with_a_token_fetches_htmx_which_would_note_its_address(client, links, member):
    client.force_login(member)
    for name, path in links.items():
        page = client.get(path).content.decode()
        assert "portal/portal" in page or name in {"events:feed", "pages:news_feed"}
        assert "hx-" not in page
