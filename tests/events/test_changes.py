"""Change notices: one mail saying what changed, after it has settled."""

import re
from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.core.refused import Refused
from apps.events.actions import cancel_event, invite_members, save_event, schedule_event, tell_settled_change
from apps.events.models import Event, ReminderRule
from apps.notifications.delivery import Courier
from apps.notifications.ledger import differences
from apps.notifications.models import OutgoingMail, Reminder
from tests.make import NOW, make_event, make_member, make_participation

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
    assert "Place\n  Bonn → Berlin\n" in message.body


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
    assert "Place\n  Bonn → Geneva\n" in message.body


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
    assert "Place\n  Bonn → Berlin\n" in message.body
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
    assert "Takes place: in person and online" in message.body


def test_who_said_yes_without_ever_getting_the_invitation_is_told_of_change_and_cancellation(event, coordinator):
    OutgoingMail.objects.update(state="failed")
    event.participations.update(answer="yes", mode="online", has_seat=True)

    change(event, coordinator, NOW + HOUR, place="Berlin")
    settle(NOW + 2 * HOUR)
    event.refresh_from_db()
    cancel_event(actor=coordinator, event=event, now=NOW + 3 * HOUR)
    deliver(NOW + 3 * HOUR)

    assert [message.subject for message in mailbox.outbox] == ["Changed: Registries", "Cancelled: Registries"]


@pytest.fixture
def running(group, member):
    """An event that began ten minutes ago; the member said yes, another one no."""
    event = make_event(
        group=group, title="Registries", starts_at=NOW - 10 * MINUTE, online_link="https://meet.example/1"
    )
    make_participation(event=event, member=member, answer="yes")
    make_participation(event=event, member=make_member("no@example.org"), answer="no")
    return event


def test_new_link_of_a_running_event_is_told_at_once_to_those_who_did_not_say_no(running, coordinator):
    change(running, coordinator, NOW, online_link="https://meet.example/2")

    settle(NOW)

    [message] = mailbox.outbox
    assert (message.to, message.subject) == (["member@example.org"], "Changed: Registries")
    assert "https://meet.example/2" in message.body
    assert "/rsvp/" not in message.body


@pytest.mark.parametrize(("left", "state"), [(MINUTE, "sent"), (0 * MINUTE, "missed")])
def test_change_of_a_running_event_is_told_until_its_end(running, coordinator, left, state):
    change(running, coordinator, NOW, place="Room 7")
    tell_settled_change(running, NOW)

    deliver(running.ends_at - left)

    assert OutgoingMail.objects.get().state == state


def test_change_that_waits_for_a_mail_server_is_of_use_until_the_new_end(running, coordinator):
    change(running, coordinator, NOW, place="Room 7")
    tell_settled_change(running, NOW)

    change(running, coordinator, NOW + MINUTE, ends_at=running.ends_at + HOUR)

    assert OutgoingMail.objects.get().expires_at == running.ends_at == NOW + timedelta(minutes=170)


@pytest.mark.parametrize(
    ("begins_in", "moved", "sentence"),
    [
        (30 * DAY, {"starts_at": NOW - DAY}, "This start has passed already"),
        (30 * DAY, {"starts_at": NOW - DAY, "ends_at": NOW - DAY + HOUR}, "This start has passed already"),
        (30 * DAY, {"starts_at": NOW, "ends_at": NOW + HOUR}, "This start has passed already"),
        (-HOUR, {"ends_at": NOW - MINUTE}, "This end has passed already"),
        (-HOUR, {"starts_at": NOW - 2 * HOUR}, "This start has passed already"),
    ],
)
def test_scheduled_event_does_not_move_into_the_past(group, coordinator, begins_in, moved, sentence):
    event = make_event(group=group, starts_at=NOW + begins_in)
    stood = event.snapshot

    with pytest.raises(Refused, match=sentence):
        change(event, coordinator, NOW, **moved)

    event.refresh_from_db()
    assert (event.state, event.snapshot, event.settles_at) == ("scheduled", stood, None)


def test_draft_and_held_event_take_any_date(group, coordinator):
    past = {"starts_at": NOW - 2 * DAY, "ends_at": NOW - DAY}
    for state in (Event.State.DRAFT, Event.State.HELD):
        event = make_event(group=group, state=state, starts_at=NOW - 9 * DAY)

        change(event, coordinator, NOW, **past)

        event.refresh_from_db()
        assert (event.state, event.starts_at, event.settles_at) == (state, past["starts_at"], None)


@pytest.fixture
def held(group, member):
    """An event that was over yesterday, with a reminder an hour before; the member said yes."""
    event = make_event(group=group, title="Registries", starts_at=NOW - DAY, state=Event.State.HELD)
    ReminderRule.objects.create(event=event, audience="attending", minutes_before=60)
    make_participation(event=event, member=member, answer="yes")
    return event


def test_held_event_that_is_put_ahead_is_scheduled_again_reminded_of_and_told_as_a_change(held, coordinator):
    start = NOW + 5 * DAY
    change(held, coordinator, NOW, starts_at=start, ends_at=start + HOUR)

    settle(NOW + MINUTE)
    assert mailbox.outbox == []
    settle(NOW + 2 * MINUTE)

    held.refresh_from_db()
    assert (held.state, held.sequence, held.takes_answers(NOW)) == ("scheduled", 1, True)
    assert list(Reminder.objects.values_list("state", "due_at")) == [("scheduled", start - HOUR)]
    assert [message.subject for message in mailbox.outbox] == ["Changed: Registries"]
    assert list(differences(NOW + 2 * MINUTE)) == []


def test_held_event_is_put_ahead_by_the_secretariat_only(held, chair):
    start = NOW + 5 * DAY

    with pytest.raises(Refused, match="Only the secretariat"):
        change(held, chair, NOW, starts_at=start, ends_at=start + HOUR)

    held.refresh_from_db()
    assert held.state == Event.State.HELD


def test_new_format_is_told(event, coordinator):
    change(event, coordinator, NOW + HOUR, format="online")

    settle(NOW + 2 * HOUR)

    assert "Takes place\n  in person and online → online\n" in mailbox.outbox[0].body


def lines_of(body):
    """What is said to have changed: {what: old → new}, in its order."""
    said = body.partition("Before → now:")[2].partition("\n\nYour time")[0].partition("\n\nIn ")[0]
    lines = [line for line in said.splitlines() if line]
    return dict(zip(lines[::2], [line.strip() for line in lines[1::2]], strict=False))


def test_time_comes_first_on_the_clock_of_the_reader_each_with_its_day(event, coordinator, member):
    member.time_zone = "Pacific/Apia"
    member.save()
    event.participations.update(answer="yes", mode="online")
    change(
        event,
        coordinator,
        NOW + HOUR,
        format="online",
        online_link="https://meet.example.org/new",
        place="",
        starts_at=event.starts_at + 14 * HOUR,
        ends_at=event.ends_at + 14 * HOUR,
    )

    settle(NOW + HOUR + 2 * MINUTE)

    [message] = mailbox.outbox
    assert list(lines_of(message.body).items())[:4] == [
        (
            "Time, on your clock in Apia",
            "Wed 31 March 2027, 22:00–00:00 → Thu 1 April 2027, 12:00–14:00 (UTC+13)",
        ),
        ("Place", "Bonn → none"),
        ("Online link", "none → the link below"),
        ("Takes place", "in person and online → online"),
    ]
    words = " ".join(re.sub(r"<[^>]+>", " ", message.alternatives[0].content).split())
    assert "Wed 31 March 2027, 22:00–00:00 → Thu 1 April 2027, 12:00–14:00 (UTC+13)" in words
    assert words.index("Time, on your clock in Apia") < words.index("Bonn → none")


def test_zone_alone_is_told_as_the_clock_of_the_event(event, coordinator):
    change(event, coordinator, NOW + HOUR, time_zone="Europe/Paris")

    settle(NOW + HOUR + 2 * MINUTE)

    [message] = mailbox.outbox
    assert lines_of(message.body) == {"Clock of the event": "Berlin → Paris"}


def test_event_that_goes_on_over_midnight_names_both_days(event, coordinator):
    change(event, coordinator, NOW + HOUR, ends_at=event.starts_at.replace(hour=23) + 2 * HOUR)

    settle(NOW + HOUR + 2 * MINUTE)

    [message] = mailbox.outbox
    assert "→ Wed 31 March 2027, 09:00 – Thu 1 April 2027, 01:00 (UTC)" in message.body


def test_who_has_no_place_left_after_a_change_is_told_that_they_wait(event, group, coordinator):
    """Two in person, and one place online when the event goes online; who said maybe waits for nothing."""
    change(event, coordinator, NOW, format="both", online_capacity=1)
    settle(NOW + HOUR)
    mailbox.outbox.clear()
    for number, name in enumerate(("first", "second")):
        person = make_member(f"{name}@example.org")
        said_at = NOW + number * MINUTE
        make_participation(
            event=event, member=person, answer="yes", mode="in_person", answered_at=said_at, answer_since=said_at
        )
    event.participations.filter(member__email="member@example.org").update(answer="maybe", answer_since=NOW)
    Event.objects.update(seats_taken=2)

    change(event, coordinator, NOW + 2 * HOUR, format="online")
    settle(NOW + 3 * HOUR)

    waits = "You are on the waiting list: all places online are taken."
    texts = {message.to[0]: (message.body, message.alternatives[0].content) for message in mailbox.outbox}
    assert {address: [waits in text for text in both] for address, both in texts.items()} == {
        "first@example.org": [False, False],
        "second@example.org": [True, True],
        "member@example.org": [False, False],
    }
    assert "in person and online → online" in texts["second@example.org"][0]


def test_who_waits_for_a_seat_in_person_is_told_so_with_a_change(event, coordinator):
    part = event.participations.get()
    part.save_answer(answer="yes", mode="in_person", queue_number=1, answer_since=NOW, answered_at=NOW)
    Event.objects.update(capacity=0, queue_counter=1)

    change(event, coordinator, NOW + HOUR, place="Lima")
    settle(NOW + 2 * HOUR)

    [message] = mailbox.outbox
    assert "You are on the waiting list: all seats in person are taken." in message.body
