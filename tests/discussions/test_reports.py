"""A reported post: those who lead are told, see it, and decide; nobody else comes near."""

import pytest
from django.core import mail as mailbox
from django.urls import reverse

from apps.discussions import actions
from apps.discussions.ledger import differences
from apps.discussions.models import PostReport
from apps.members.permissions import Role
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from tests.budget import queries_of
from tests.make import NOW, make_member, make_post

QUEUE = "/discussions/reports/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def post(thread, member):
    return make_post(thread=thread, writer=member, text="Buy my units!")


@pytest.fixture
def report(post, observer, chair):
    return actions.report_post(actor=observer, post=post, reason="It sells something.", now=NOW)


def page_of(report):
    return f"{QUEUE}{report.pk}/"


def test_who_leads_gets_one_mail_and_finds_the_report(client, report, chair, coordinator, other_group):
    make_member("elsewhere@example.org", group=other_group, role=Role.CHAIR)
    Courier(lambda: NOW).deliver(seconds=20)

    [message] = mailbox.outbox
    assert message.to == ["chair@example.org"]
    assert "should not stand" in message.body
    assert "It sells something." not in message.body
    for person in (chair, coordinator):
        client.force_login(person)
        assert "It sells something." in client.get(QUEUE).text
        assert "Buy my units!" in client.get(page_of(report)).text
    assert client.get("/notifications/").status_code == 200


def test_secretariat_is_told_where_nobody_leads_the_group(thread, post, observer, coordinator):
    actions.report_post(actor=observer, post=post, reason="It sells something.", now=NOW)

    assert [mail.member for mail in OutgoingMail.objects.all()] == [coordinator]
    assert list(differences(NOW)) == []


def test_nobody_else_sees_the_queue_or_a_report(client, report, member, observer, other_member, suspended, other_group):
    elsewhere = make_member("elsewhere@example.org", group=other_group, role=Role.CHAIR)

    for person in (member, observer, other_member):
        client.force_login(person)
        assert client.get(QUEUE).status_code == 403
        assert client.get(page_of(report)).status_code == 404
        assert client.post(page_of(report), {"act": "keep"}).status_code == 404
    client.force_login(elsewhere)
    assert "It sells something." not in client.get(QUEUE).text
    assert client.get(page_of(report)).status_code == 404
    client.logout()
    assert client.get(QUEUE).url.startswith("/accounts/login/")
    report.refresh_from_db()
    assert report.state == "open"


@pytest.mark.parametrize(
    ("act", "state", "post_state"),
    [("keep", "dismissed", "shown"), ("hide", "upheld", "hidden"), ("remove", "upheld", "removed")],
)
def test_report_is_settled_and_the_post_with_it(client, report, chair, act, state, post_state):
    client.force_login(chair)

    answer = client.post(page_of(report), {"act": act, "reason": "No advertising."})
    client.post(page_of(report), {"act": "keep"})

    report.refresh_from_db()
    assert (answer.url, report.state, report.settled_by, report.text) == (QUEUE, state, chair, "")
    assert (report.post.state, PostReport.objects.waiting().count()) == (post_state, 0)


@pytest.mark.parametrize("act", ["hide", "remove"])
def test_post_that_goes_by_its_thread_settles_what_was_reported_of_it(
    client, report, post, thread, member, chair, coordinator, act
):
    actions.report_post(actor=coordinator, post=post, reason="It shouts.", now=NOW)
    other = make_post(thread=thread, writer=member)
    waiting = actions.report_post(actor=coordinator, post=other, reason="It whispers.", now=NOW)
    client.force_login(chair)

    client.post(f"/discussions/{thread.pk}/posts/{post.number}/moderate/", {"act": act, "reason": "No advertising."})

    settled = post.reports.values_list("state", "settled_on", "settled_by", "text")
    assert list(settled) == [("upheld", NOW.date(), chair.pk, "")] * 2
    assert list(PostReport.objects.waiting()) == [waiting]
    queue = client.get(QUEUE).text
    assert ("It sells" in queue, "It shouts." in queue, "It whispers." in queue) == (False, False, True)
    client.force_login(coordinator)
    assert "1 reported post" in client.get(reverse("admin:index")).text


def test_hiding_without_a_reason_says_so_and_settles_nothing(client, report, chair):
    client.force_login(chair)

    answer = client.post(page_of(report), {"act": "hide", "reason": ""})

    report.refresh_from_db()
    assert (answer.status_code, report.state, report.post.state) == (200, "open", "shown")
    assert "This field is required" in answer.text


def test_post_deleted_meanwhile_can_still_be_settled(client, report, member, chair):
    actions.delete_post(actor=member, post=report.post, now=NOW)
    client.force_login(chair)

    assert "Buy my units!" in client.get(page_of(report)).text
    client.post(page_of(report), {"act": "remove", "reason": "No advertising."})

    report.refresh_from_db()
    assert (report.state, report.post.state) == ("upheld", "withdrawn")


def test_report_in_a_thread_without_names_names_nobody(client, quiet, member, observer, chair):
    post = make_post(thread=quiet, writer=member, text="Hm.")
    report = actions.report_post(actor=observer, post=post, reason="Rude.", now=NOW)
    client.force_login(chair)

    pages = client.get(QUEUE).text + client.get(page_of(report)).text

    assert "Rude." in pages
    assert observer.name not in pages
    assert member.name not in pages


def test_desk_says_how_many_wait(client, report, coordinator):
    client.force_login(coordinator)
    assert "1 reported post" in client.get(reverse("admin:index")).text

    actions.settle_report(actor=coordinator, report=report, is_upheld=False, now=NOW)

    assert "reported post" not in client.get(reverse("admin:index")).text


def test_queue_costs_the_same_for_more_reports(client, thread, member, observer, coordinator):
    def report():
        post = make_post(thread=thread, writer=member)
        actions.report_post(actor=observer, post=post, reason="Off the point.", now=NOW)

    report()
    few = queries_of(client, coordinator, QUEUE)
    for _number in range(3):
        report()

    assert queries_of(client, coordinator, QUEUE) == few <= 10


def test_report_shows_the_names_of_whom_the_post_mentions(client, thread, member, observer, chair):
    post = make_post(thread=thread, writer=member, text=f"Ask @{{{chair.pk}}}.")
    client.force_login(chair)

    report = actions.report_post(actor=observer, post=post, reason="Names somebody.", now=NOW)

    assert f"@{chair.name}</a>" in client.get(page_of(report)).text
