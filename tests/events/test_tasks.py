"""The tick: settled changes are told, what is over is held, seats and reminders follow who takes part."""

from datetime import time, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType

from apps.events import tasks
from apps.events.actions import invite_members, save_event
from apps.events.models import Event, Participation, ReminderRule
from apps.members.models import Member, Membership
from apps.notifications.models import OutgoingMail, Reminder
from tests.make import NOW, make_event, make_member, make_participation


def seats_of(*parts):
    for part in parts:
        part.refresh_from_db()
    return [part.has_seat for part in parts]


def test_tick_tells_a_settled_change_once(group, chair, member, coordinator):
    event = make_event(group=group)
    invite_members(actor=coordinator, event=event, member_ids=[member.pk], once="1", now=NOW - timedelta(days=1))
    Participation.objects.update(invited_at=NOW - timedelta(days=1))
    event.place = "Another room"
    save_event(actor=chair, event=event, now=NOW)

    tasks.look_after_events(NOW + timedelta(minutes=1))
    assert not OutgoingMail.objects.filter(kind="event_changed").exists()
    tasks.look_after_events(NOW + timedelta(minutes=3))
    tasks.look_after_events(NOW + timedelta(minutes=4))

    assert OutgoingMail.objects.filter(kind="event_changed").count() == 1


def test_tick_holds_what_is_over(group):
    over = make_event(group=group, starts_at=NOW - timedelta(hours=3))
    running = make_event(group=group, starts_at=NOW - timedelta(hours=1))

    tasks.look_after_events(NOW)

    assert list(Event.objects.order_by("pk").values_list("pk", "state")) == [
        (over.pk, "held"),
        (running.pk, "scheduled"),
    ]


def test_tick_gives_the_seat_of_a_suspended_member_to_the_next(group):
    event = make_event(group=group, capacity=1)
    first, second = make_member(), make_member()
    holder = make_participation(event=event, member=first, answer="yes", mode="in_person")
    waiting = make_participation(event=event, member=second, answer="yes", mode="in_person", queue_number=1)
    Event.objects.update(seats_taken=1, queue_counter=1)
    first.become(Member.Status.SUSPENDED)

    tasks.look_after_events(NOW)

    assert seats_of(holder, waiting) == [False, True]
    assert OutgoingMail.objects.filter(kind="event_seat", member=second).count() == 1


def test_tick_gives_back_a_seat_to_who_is_back(group):
    event = make_event(group=group, capacity=1)
    person = make_member()
    part = make_participation(event=event, member=person, answer="yes", mode="in_person")
    Event.objects.update(seats_taken=1)

    person.become(Member.Status.SUSPENDED)
    tasks.look_after_events(NOW)
    assert seats_of(part) == [False]
    person.become(Member.Status.ACTIVE)
    tasks.look_after_events(NOW)
    assert seats_of(part) == [True]


def test_tick_frees_the_seat_of_who_left_the_group(group, member):
    event = make_event(group=group, capacity=1)
    part = make_participation(event=event, member=member, answer="yes", mode="in_person", via_group=group)
    Event.objects.update(seats_taken=1)
    Membership.objects.filter(member=member).update(ended_on=NOW.date())

    tasks.look_after_events(NOW)

    assert seats_of(part) == [False]
    assert Event.objects.get().seats_taken == 0


def test_tick_plans_reminders_in_a_new_readers_zone(group, member):
    event = make_event(group=group)
    ReminderRule.objects.create(event=event, days_before=1, at_time=time(9), clock="reader", audience="everyone")
    make_participation(event=event, member=member)
    tasks.look_after_events(NOW)
    make_participation(event=event, member=make_member(time_zone="Pacific/Apia"))

    tasks.look_after_events(NOW)

    assert sorted(Reminder.objects.values_list("zone", flat=True)) == ["Pacific/Apia", "UTC"]


def test_tick_fault_with_one_event_stops_no_other(group, chair, monkeypatch, caplog):
    broken, fine = make_event(group=group), make_event(group=group)
    for event in (broken, fine):
        event.place = "Another room"
        save_event(actor=chair, event=event, now=NOW)
    Event.objects.filter(pk=broken.pk).update(told={"nonsense": True})
    make_participation(event=broken, member=make_member())
    real = tasks.actions.tell_settled_change

    def failing(event, now):
        if event.pk == broken.pk:
            raise RuntimeError("broken row")
        return real(event, now)

    monkeypatch.setattr(tasks.actions, "tell_settled_change", failing)

    tasks.look_after_events(NOW + timedelta(minutes=3))

    fine.refresh_from_db()
    assert fine.settles_at is None
    assert f"Event {broken.pk} could not be looked after." in caplog.text


@pytest.mark.parametrize("count", [1, 3, 300])
def test_tick_costs_little_when_nothing_is_due(group, member, count, django_assert_num_queries):
    for _number in range(count):
        event = make_event(group=group)
        make_participation(event=event, member=member, answer="yes")
        ReminderRule.objects.create(event=event, days_before=1, at_time=time(9), clock="reader", audience="everyone")
        Reminder.objects.create(
            about_type=ContentType.objects.get_for_model(Event),
            about_id=event.pk,
            rule="x",
            kind="event_reminder",
            anchor_at=event.starts_at,
            zone="UTC",
            due_at=event.starts_at,
            expires_at=event.starts_at,
        )
    tasks.look_after_events(NOW)

    with django_assert_num_queries(4):
        tasks.look_after_events(NOW)
