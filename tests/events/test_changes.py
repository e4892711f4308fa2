"""Change notices: one mail saying what changed, after it has settled."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.core.refused import Refused
from apps.events.actions import cancel_event, invite_members, save_event, schedule_event, tell_settled_change
from apps.events.models import Event
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_event, make_member

pytestmark = pytest.mark.django_db


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def event(group, coordinator, member):
    """An event in a month, to which the member was invited by mail."""
    event = make_event(group=group, starts_at=NOW + 30 * DAY, place="Bonn", title="Registries")
    invite_members(actor=coordinator, event=event, member_ids=[member.pk], once="a", now=NOW)
    OutgoingMail.objects.update(due_at=NOW)
    deliver(NOW)
    mailbox.outbox.clear()
    return event


def deliver(now):
    OutgoingMail.objects.filter(state="queued").update(due_at=now)
    Courier(lambda: now).deliver(seconds=20)


def change(event, coordinator, now, **fields):
    event.refresh_from_db()
    for name, value in fields.items():
        setattr(event, name, value)
    save_event(actor=coordinator, event=event, now=now)


def settle(now):
    for event in Event.objects.settling(now):
        tell_settled_change(event, now)
    deliver(now)


def test_change_is_told_once_after_two_minutes_with_old_and_new(event, coordinator, member):
    change(event, coordinator, NOW + HOUR, place="Berlin")

    settle(NOW + HOUR + MINUTE)
    assert mailbox.outbox == []
    settle(NOW + HOUR + 2 * MINUTE)
    settle(NOW + HOUR + 3 * MINUTE)

    [message] = mailbox.outbox
    assert (message.to, message.subject) == (["member@example.org"], "Changed: Registries")
    assert "Before: Bonn" in message.body
    assert "Now: Berlin" in message.body


def test_there_and_back_within_the_delay_is_told_to_nobody(event, coordinator):
    change(event, coordinator, NOW + HOUR, place="Berlin")
    change(event, coordinator, NOW + HOUR + MINUTE, place="Bonn")

    settle(NOW + 2 * HOUR)

    assert mailbox.outbox == []


def test_two_changes_within_the_delay_are_told_in_one_mail_from_the_first_state(event, coordinator):
    change(event, coordinator, NOW + HOUR, place="Berlin")
    change(event, coordinator, NOW + HOUR + MINUTE, place="Geneva")

    settle(NOW + HOUR + 2 * MINUTE)
    assert mailbox.outbox == []
    settle(NOW + HOUR + 3 * MINUTE)

    [message] = mailbox.outbox
    assert "Before: Bonn" in message.body
    assert "Now: Geneva" in message.body


def test_change_shortly_before_the_start_is_told_at_once(event, coordinator):
    moment = event.starts_at - HOUR

    change(event, coordinator, moment, place="Room 7")
    settle(moment)

    assert [message.subject for message in mailbox.outbox] == ["Changed: Registries"]


def test_new_wording_is_told_to_nobody(event, coordinator):
    change(event, coordinator, NOW + HOUR, agenda="Now with coffee.")

    settle(NOW + 2 * HOUR)

    assert mailbox.outbox == []


def test_who_is_invited_after_the_change_hears_it_in_the_invitation_only(event, coordinator):
    change(event, coordinator, NOW + HOUR, place="Berlin")
    late = make_member("late@example.org")
    invite_members(actor=coordinator, event=event, member_ids=[late.pk], once="b", now=NOW + HOUR + MINUTE)

    settle(NOW + HOUR + 2 * MINUTE)

    assert sorted((message.to[0], message.subject) for message in mailbox.outbox) == [
        ("late@example.org", "Invitation: Registries"),
        ("member@example.org", "Changed: Registries"),
    ]


def test_who_said_no_is_not_told_of_a_change(event, coordinator):
    event.participations.update(answer="no")
    change(event, coordinator, NOW + HOUR, place="Berlin")

    settle(NOW + 2 * HOUR)

    assert mailbox.outbox == []


def test_sequence_rises_with_time_and_place_only(event, coordinator):
    change(event, coordinator, NOW, agenda="Text")
    assert Event.objects.get().sequence == 0
    change(event, coordinator, NOW, starts_at=event.starts_at + HOUR, ends_at=event.ends_at + HOUR)
    assert Event.objects.get().sequence == 1
    change(event, coordinator, NOW, place="Berlin")
    assert Event.objects.get().sequence == 2


def test_cancel_is_told_at_once_and_is_final(event, coordinator):
    change(event, coordinator, NOW + HOUR, place="Berlin")
    event.refresh_from_db()
    cancel_event(actor=coordinator, event=event, reason="", now=NOW + HOUR)
    settle(NOW + HOUR)
    settle(NOW + 2 * HOUR)

    assert [message.subject for message in mailbox.outbox] == ["Cancelled: Registries"]
    event = Event.objects.get()
    assert (event.state, event.sequence) == ("cancelled", 2)
    with pytest.raises(Refused, match="final"):
        change(event, coordinator, NOW + 2 * HOUR, place="Bonn")
    with pytest.raises(Refused):
        schedule_event(actor=coordinator, event=event, now=NOW)


@pytest.mark.parametrize("role", ["member", "other_member", "observer", "suspended"])
def test_change_and_cancel_are_refused_to_those_without_the_right(event, role, request):
    person = request.getfixturevalue(role)

    with pytest.raises(Refused):
        save_event(actor=person, event=event, now=NOW)
    with pytest.raises(Refused):
        cancel_event(actor=person, event=event, now=NOW)


def test_change_overtaken_by_another_before_it_left_is_told_with_it(event, coordinator):
    change(event, coordinator, NOW + HOUR, place="Berlin")
    for settled in Event.objects.settling(NOW + 2 * HOUR):
        tell_settled_change(settled, NOW + 2 * HOUR)
    change(event, coordinator, NOW + 2 * HOUR, starts_at=event.starts_at + HOUR, ends_at=event.ends_at + HOUR)

    settle(NOW + 3 * HOUR)

    [message] = mailbox.outbox
    assert "Before: Bonn" in message.body
    assert "Now: Berlin" in message.body
    assert "Time" in message.body


def test_invitation_waits_while_a_change_settles(event, coordinator):
    change(event, coordinator, NOW + HOUR, place="Wrong")
    late = make_member("late@example.org")
    invite_members(actor=coordinator, event=event, member_ids=[late.pk], once="b", now=NOW + HOUR)
    deliver(NOW + HOUR + MINUTE)
    assert mailbox.outbox == []

    change(event, coordinator, NOW + HOUR + MINUTE, place="Bonn")
    settle(NOW + HOUR + 4 * MINUTE)

    [message] = mailbox.outbox
    assert message.to == ["late@example.org"]
    assert "Where: Bonn" in message.body


def test_who_said_yes_without_ever_getting_the_invitation_is_told_of_change_and_cancellation(event, coordinator):
    OutgoingMail.objects.update(state="failed")
    event.participations.update(answer="yes", mode="online", has_seat=True)

    change(event, coordinator, NOW + HOUR, place="Berlin")
    settle(NOW + 2 * HOUR)
    event.refresh_from_db()
    cancel_event(actor=coordinator, event=event, now=NOW + 3 * HOUR)
    deliver(NOW + 3 * HOUR)

    assert [message.subject for message in mailbox.outbox] == ["Changed: Registries", "Cancelled: Registries"]


def test_new_format_is_told(event, coordinator):
    change(event, coordinator, NOW + HOUR, format="online")

    settle(NOW + 2 * HOUR)

    assert "Now: online" in mailbox.outbox[0].body
