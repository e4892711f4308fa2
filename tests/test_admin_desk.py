"""The desk: a silent scheduler, mail that waits for a person and the next events are seen at once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.core.models import Heartbeat
from apps.events.actions import add_default_rules, plan_reminders
from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.make import NOW, make_event, make_member, make_participation


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)

    def read():
        return client.get(reverse("admin:index")).content.decode()

    return read


def test_a_scheduler_never_seen_is_red(desk):
    assert "Scheduler was never seen" in desk()


def test_a_beating_scheduler_is_calm(desk):
    for name in ("mail", "work"):
        Heartbeat.strike(name, NOW - timedelta(seconds=20))

    page = desk()

    assert "Scheduler</b>" in page
    assert "silent" not in page


def test_one_silent_queue_is_red(desk):
    Heartbeat.strike("mail", NOW)
    Heartbeat.strike("work", NOW - timedelta(minutes=5))

    assert "Scheduler silent for 5\xa0minutes" in desk()


def test_failed_and_unclear_mail_is_listed_with_its_button(desk, group, member):
    event = make_event(group=group)
    outbox.notify("event_invitation", event, [recipient_of(member), recipient_of(make_member())], "x")
    failed, unclear = OutgoingMail.objects.order_by("pk")
    OutgoingMail.objects.filter(pk=failed.pk).update(state="failed", reason="550 no such user")
    OutgoingMail.objects.filter(pk=unclear.pk).update(state="unclear")

    page = desk()

    again = reverse("admin:notifications_outgoingmail_send-again")
    assert "1 failed" in page
    assert "1 unclear" in page
    assert "550 no such user" in page
    assert all(f"{again}?id={mail.pk}" in page for mail in (failed, unclear))


def test_the_next_events_come_with_their_answers(desk, group, member, coordinator):
    coordinator.time_zone = "Asia/Tokyo"
    coordinator.save()
    event = make_event(group=group, title="Round table")
    make_participation(event=event, member=member, answer="yes")
    make_participation(event=event, member=make_member())
    add_default_rules(event)
    plan_reminders(event)
    make_event(group=group, title="Only a draft", state="draft")

    page = desk()

    assert "Round table" in page
    assert "Wed 31 Mar, 18:00" in page
    assert "Sun 21 Mar, 18:00" in page
    assert "Only a draft" not in page
