"""Every kind of mail can be looked at in the admin: without a row, under a policy that lets it do nothing."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.notifications.kinds import KINDS
from apps.notifications.models import OutgoingMail
from tests.make import NOW

LIST = reverse("admin:notifications_outgoingmail_kinds")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


def kind_url(slug, **query):
    return reverse("admin:notifications_outgoingmail_kind", args=[slug], query=query)


def html_url(slug, **query):
    return reverse("admin:notifications_outgoingmail_kind-html", args=[slug], query=query)


def test_list_names_every_kind_by_its_label_with_its_subject(office):
    page = office.get(LIST)

    assert [kind.slug for kind, _letter in page.context["lines"]] == list(KINDS)
    for kind, letter in page.context["lines"]:
        assert f'<a href="{kind_url(kind.slug)}">{kind.label}</a>' in page.text
        assert letter.subject in page.text
    assert LIST in office.get(reverse("admin:notifications_outgoingmail_changelist")).text


def test_kind_is_written_for_the_zone_that_was_chosen(office):
    far = office.get(kind_url("event_invitation", language="en", zone="Pacific/Apia"))
    near = office.get(kind_url("event_invitation"))

    assert "Your time in Apia: Wednesday 17 March 2027 (+1 day), 02:00–03:30 (UTC+13)" in far.text
    assert far.context["html_url"] == html_url("event_invitation", language="en", zone="Pacific/Apia")
    assert "Apia:" not in near.text
    assert far.context["letter"].attachments == ("event.ics",)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("query", "zone"),
    [
        ({"zone": "Mars/Base", "language": "xx"}, "Europe/Berlin"),
        ({"zone": "UTC"}, "UTC"),
        ({"language": ""}, "Europe/Berlin"),
    ],
)
def test_kind_falls_back_where_a_choice_makes_no_sense(office, query, zone):
    page = office.get(kind_url("event_invitation", **query))

    assert page.context["picked"] == {"language": "en", "zone": zone}
    assert office.get(html_url("event_invitation", **query)).text == page.context["letter"].html


def test_html_part_stands_under_a_policy_that_lets_it_do_nothing(office):
    answer = office.get(html_url("event_changed", language="en", zone="UTC"))

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("url", [kind_url("unknown"), html_url("unknown")])
def test_unknown_kind_is_missing(office, url):
    assert office.get(url).status_code == 404


def test_samples_read_no_rows(office):
    office.get(LIST)

    with CaptureQueriesContext(connection) as of_the_ledger:
        office.get(reverse("admin:core_heartbeat_changelist"))
    with CaptureQueriesContext(connection) as of_the_samples:
        office.get(LIST)

    assert len(of_the_samples) < len(of_the_ledger)


@pytest.mark.parametrize("url", [LIST, kind_url("account"), html_url("account")])
@pytest.mark.parametrize(("who", "status"), [("chair", 403), ("member", 403), ("stranger", 302)])
def test_samples_are_for_staff(client, request, url, who, status):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    assert client.get(url).status_code == status
