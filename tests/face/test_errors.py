"""The pages for what cannot be answered, as good to everybody as the others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.errorpages import error_pages
from tests.face import looks
from tests.make import make_event, make_invitation, make_member, make_participation

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def headers(client):
    """What the portal sends with every page."""
    client.raise_request_exception = False
    return dict(client.get("/missing/").headers)


@pytest.fixture
def answers(rf, member):
    """Each of our error pages as the portal answers with it."""
    request = rf.get("/")
    request.user = member
    request.session = {}
    return error_pages(request)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_error_page_is_good_to_everybody(looker, answers, headers, status):
    page = answers[status]

    found, faults = looker.run(look_at, looker, page.text, status, headers | dict(page.headers))

    assert found == status
    assert not faults, "\n".join(faults)


@pytest.fixture
def closed_links(group):
    """Links of mails that worked once."""
    soon = timezone.now() + timedelta(days=9)
    event = make_event(group=group, starts_at=soon)
    part = make_participation(event=event, member=make_member(), withdrawn_at=timezone.now())
    outbox.notify("event_reminder", event, [recipient_of(make_member())], "x")
    mail = OutgoingMail.objects.get()
    mail.member.become("departed")
    invitations = {
        "taken back": make_invitation(group=group, state="revoked", expires_at=soon),
        "expired": make_invitation(group=group, state="sent", expires_at=timezone.now() - timedelta(days=1)),
        "used": make_invitation(group=group, state="accepted", accepted_at=timezone.now(), expires_at=soon),
    }
    return {
        "answer": f"/rsvp/{part.token}/",
        "unsubscribe": f"/unsubscribe/{mail.token}/",
        **{name: f"/invitation/{invitation.token}/" for name, invitation in invitations.items()},
    }


@pytest.mark.parametrize("name", ["answer", "unsubscribe", "taken back", "expired", "used"])
def test_page_of_a_link_that_is_closed_is_good_to_everybody(looker, client, closed_links, name):
    page = client.get(closed_links[name])

    found, faults = looker.run(look_at, looker, page.text, page.status_code, dict(page.headers))

    assert found == 410
    assert not faults, "\n".join(faults)


def look_at(looker, body, status, headers):
    tab, watch = looker.tab("stranger")
    url = f"{looker.base}/broken/"
    tab.route(url, lambda route: route.fulfill(status=status, body=body, headers=headers))
    tab.set_viewport_size(looks.WIDE)
    watch.begin(url)
    answer = tab.goto(url)
    faults = looks.quiet(tab, watch)
    faults += [*looks.accessible(tab), *looks.walkable(tab), *looks.fits(tab)]
    tab.unroute(url)
    return answer.status, faults
