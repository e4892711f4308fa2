"""What is asked just before a mail goes: read for a few mails at once, never old."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.events.models import Participation
from apps.members.models import Member
from apps.notifications import facts, outbox
from apps.notifications.delivery import Courier
from apps.notifications.facts import FEW, GOOD_FOR, Facts
from apps.notifications.models import OutgoingMail, Suppression
from apps.notifications.recipients import Recipient, recipient_of
from apps.notifications.transport import Channel
from tests.make import NOW, make_event, make_member, make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group):
    return make_event(group=group, starts_at=NOW + timedelta(days=30))


def invite(event, count):
    people = [make_member(f"person-{number}@example.org", group=event.group) for number in range(count)]
    for person in people:
        make_participation(event=event, member=person)
    outbox.notify(
        "event_invitation", event, [recipient_of(person) for person in people], due_at=NOW, expires_at=event.starts_at
    )
    return people


def deliver():
    return Courier(lambda: NOW + timedelta(minutes=1)).deliver(seconds=20)


def reasons():
    return list(OutgoingMail.objects.order_by("pk").values_list("reason", flat=True))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda person: person.become(Member.Status.SUSPENDED), "not an active member any more"),
        (lambda person: Suppression.objects.create(address=person.email), "the address is suppressed"),
        (
            lambda person: Participation.objects.filter(member=person).update(withdrawn_at=NOW),
            "not invited any more",
        ),
        (
            lambda person: Participation.objects.filter(member=person).update(answer="no"),
            "answered no already",
        ),
    ],
)
def test_what_changes_while_a_slow_server_takes_one_mail_counts_for_the_next(event, monkeypatch, change, reason):
    people = invite(event, 3)
    send, clock = Channel.send, facts._monotonic()

    def send_slowly(channel, message, before_command):
        nonlocal clock
        clock += GOOD_FOR
        if message.to == [people[0].email]:
            change(people[1])
        return send(channel, message, before_command)

    monkeypatch.setattr(Channel, "send", send_slowly)
    monkeypatch.setattr(facts, "_monotonic", lambda: clock)

    deliver()

    assert [message.to for message in mailbox.outbox] == [[people[0].email], [people[2].email]]
    assert reasons() == ["", reason, ""]


def test_facts_cover_only_the_mails_they_were_read_for(event):
    invite(event, 2)
    first, second = OutgoingMail.objects.order_by("pk")

    found = Facts([first])

    assert found.cover(first)
    assert not found.cover(second)


def test_ten_mails_cost_few_questions_more_than_one(event, monkeypatch):
    monkeypatch.setattr(facts, "_monotonic", lambda: 0.0)  # on a busy machine they would be read anew meanwhile
    invite(event, 1)
    with CaptureQueriesContext(connection) as for_one:
        deliver()
    other = make_event(group=event.group, starts_at=NOW + timedelta(days=30))
    people = list(Member.objects.filter(memberships__group=event.group))
    people += [make_member(f"more-{number}@example.org", group=event.group) for number in range(FEW - len(people))]
    for person in people:
        make_participation(event=other, member=person)
    outbox.notify("event_invitation", other, [recipient_of(person) for person in people], due_at=NOW)

    with CaptureQueriesContext(connection) as for_ten:
        deliver()

    assert len(mailbox.outbox) == 1 + FEW
    # Four for each further mail: begin or savepoint, sent, sending, commit or release.
    assert len(for_ten) <= len(for_one) + 4 * (FEW - 1)


@pytest.mark.parametrize(
    ("kept", "written"),
    [("änn@example.org", "ÄNN@example.org"), ("Ann@EXAMPLE.org", "ann@example.org"), ("ann@example.org",) * 2],
)
def test_a_suppressed_address_is_found_whatever_its_capitals(kept, written):
    Suppression.objects.create(address=kept)
    mail = OutgoingMail(pk=1, kind="account", recipient_key="address:x", address=written)

    assert Facts([mail]).is_suppressed(Recipient(address=written))
