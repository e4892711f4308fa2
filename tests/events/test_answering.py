"""Answers, seats and the waiting list."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from apps.core.refused import Refused
from apps.events.actions import answer_event, save_event, settle_seats, withdraw_participation
from apps.events.models import Event, Participation, ReminderRule
from apps.events.planning import plan_reminders
from apps.members.models import Member
from apps.notifications.models import OutgoingMail
from apps.notifications.reminders import send_out_due
from tests.make import NOW, make_event, make_group, make_member, make_participation


def invited(event, count=1):
    people = [make_member() for _number in range(count)]
    for person in people:
        make_participation(event=event, member=person)
    return people


def answer(event, person, answer="yes", mode="in_person", now=NOW):
    return answer_event(actor=person, event=event, answer=answer, mode=mode, now=now)


def waiting_list(event):
    return [part.member for part in event.participations.waiting().select_related("member")]


@pytest.mark.django_db
def test_yes_takes_a_seat(group):
    event = make_event(group=group, capacity=2)
    [person] = invited(event)

    part = answer(event, person)

    event.refresh_from_db()
    assert (part.answer, part.mode, part.has_seat, part.source) == ("yes", "in_person", True, "portal")
    assert event.seats_taken == 1


@pytest.mark.django_db
def test_same_answer_twice_changes_nothing(group):
    event = make_event(group=group, capacity=2)
    [person] = invited(event)
    first = answer(event, person)

    second = answer(event, person, now=NOW + timedelta(hours=1))

    event.refresh_from_db()
    assert (second.answered_at, event.seats_taken) == (first.answered_at, 1)


@pytest.mark.django_db
def test_maybe_and_online_take_no_seat_in_person(group):
    event = make_event(group=group, capacity=1)
    one, two = invited(event, 2)

    answer(event, one, "maybe", "")
    part = answer(event, two, "yes", "online")

    event.refresh_from_db()
    assert (event.seats_taken, event.online_taken, part.has_seat) == (0, 1, True)


@pytest.mark.django_db
def test_full_event_queues_in_order_and_promotes_in_order_with_a_mail(group):
    event = make_event(group=group, capacity=1)
    one, two, three = invited(event, 3)
    for person in (one, two, three):
        answer(event, person)
    assert waiting_list(event) == [two, three]

    answer(event, one, "no", "")

    assert waiting_list(event) == [three]
    assert list(OutgoingMail.objects.filter(kind="event_seat").values_list("member", flat=True)) == [two.pk]
    event.refresh_from_db()
    assert event.seats_taken == 1


@pytest.mark.django_db
def test_raised_capacity_promotes(group, coordinator):
    event = make_event(group=group, capacity=1)
    people = invited(event, 4)
    for person in people:
        answer(event, person)
    event.refresh_from_db()

    event.capacity = 3
    save_event(actor=coordinator, event=event, now=NOW)

    assert waiting_list(event) == [people[3]]
    assert OutgoingMail.objects.filter(kind="event_seat").count() == 2


@pytest.mark.django_db
def test_capacity_below_the_accepted_is_refused(group, coordinator):
    event = make_event(group=group, capacity=2)
    for person in invited(event, 2):
        answer(event, person)
    event.refresh_from_db()

    event.capacity = 1
    with pytest.raises(Refused, match="have a seat already"):
        save_event(actor=coordinator, event=event, now=NOW)


@pytest.mark.django_db
def test_who_switches_to_online_gives_the_seat_to_the_next(group):
    event = make_event(group=group, capacity=1)
    one, two = invited(event, 2)
    answer(event, one)
    answer(event, two)

    answer(event, one, "yes", "online")

    event.refresh_from_db()
    assert (event.seats_taken, event.online_taken, waiting_list(event)) == (1, 1, [])


@pytest.mark.django_db
def test_withdrawn_person_gives_the_seat_to_the_next_and_loses_the_link(group, coordinator):
    event = make_event(group=group, capacity=1)
    one, two = invited(event, 2)
    answer(event, one)
    answer(event, two)
    part = event.participations.get(member=one)
    token = part.token

    withdraw_participation(actor=coordinator, participation=part, now=NOW)

    assert Participation.from_token(token) is None
    assert event.participations.get(member=two).has_seat
    with pytest.raises(Refused):
        answer(event, one)


@pytest.mark.django_db
def test_suspended_holder_gives_the_seat_back_and_queues_again_when_reinstated(group):
    event = make_event(group=group, capacity=1)
    one, two = invited(event, 2)
    answer(event, one)
    answer(event, two)
    one.become(Member.Status.SUSPENDED)

    settle_seats(event, NOW)
    one.become(Member.Status.ACTIVE)
    settle_seats(event, NOW)

    assert event.participations.get(member=two).has_seat
    assert waiting_list(event) == [one]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "other", "sentence"),
    [("in_person", "online", "you keep your seat in person"), ("online", "in_person", "you keep your place online")],
)
def test_seat_is_not_lost_for_a_full_one_of_the_other_kind(group, mode, other, sentence):
    event = make_event(group=group, capacity=1, online_capacity=1)
    one, two = invited(event, 2)
    answer(event, one, mode=other)
    answer(event, two, mode=mode)

    with pytest.raises(Refused, match=sentence):
        answer(event, two, mode=other)

    part = event.participations.get(member=two)
    event.refresh_from_db()
    assert (part.mode, part.has_seat, part.queue_number) == (mode, True, None)
    assert (event.seats_taken, event.online_taken) == (1, 1)


@pytest.mark.django_db
def test_seat_is_not_exchanged_for_one_that_somebody_waits_for(group):
    event = make_event(group=group, capacity=1)
    one, two, three = invited(event, 3)
    for person in (one, two):
        answer(event, person)
    answer(event, three, mode="online")
    Event.objects.update(capacity=2)

    with pytest.raises(Refused, match="All seats in person are taken"):
        answer(event, three)

    assert waiting_list(event) == [two]


@pytest.mark.django_db
def test_who_waits_and_asks_for_the_other_kind_gives_the_place_in_the_queue_up(group):
    event = make_event(group=group, capacity=1)
    one, two = invited(event, 2)
    for person in (one, two):
        answer(event, person)

    part = answer(event, two, mode="online")

    assert (part.mode, part.has_seat, part.queue_number) == ("online", True, None)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"starts_at": NOW - timedelta(minutes=5)}])
def test_seat_of_an_event_that_is_off_or_has_begun_goes_to_nobody(group, coordinator, change):
    event = make_event(group=group, capacity=1)
    one, two = invited(event, 2)
    for person in (one, two):
        answer(event, person)
    Event.objects.update(**change)

    withdraw_participation(actor=coordinator, participation=event.participations.get(member=one), now=NOW)

    assert waiting_list(event) == [two]
    assert not OutgoingMail.objects.filter(kind="event_seat").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["gave up", "was suspended", "went online"])
def test_who_gets_a_seat_late_is_reminded_as_one_who_joined_late(group, coordinator, way):
    event = make_event(group=group, capacity=1, starts_at=NOW + timedelta(days=8))
    rule = ReminderRule(event=event, audience="interested", minutes_before=7 * 24 * 60, includes_late_joiners=True)
    rule.save()
    plan_reminders(event)
    one, two = invited(event, 2)
    for person in (one, two):
        answer(event, person)
    later = NOW + timedelta(days=1, hours=1)
    send_out_due(later)
    assert reminded() == [one.pk]

    if way == "gave up":
        answer(event, one, "no", "", later)
    elif way == "was suspended":
        one.become(Member.Status.SUSPENDED)
        settle_seats(event, later)
    else:
        event.refresh_from_db()
        event.format = Event.Format.ONLINE
        save_event(actor=coordinator, event=event, now=later)
        Event.objects.update(settles_at=None)
    send_out_due(later + timedelta(hours=1))

    assert reminded() == [one.pk, two.pk]


def reminded():
    return list(OutgoingMail.objects.filter(kind="event_reminder").order_by("pk").values_list("member", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "given", "sentence"),
    [
        ({"state": "cancelled"}, {}, "cancelled"),
        ({"starts_at": NOW - timedelta(minutes=1)}, {}, "until the start"),
        ({"format": "online"}, {}, "does not offer"),
        ({}, {"answer": "perhaps"}, "Choose one"),
        ({}, {"mode": "by_boat"}, "does not offer"),
        ({}, {"mode": ""}, "does not offer"),
    ],
)
def test_answer_is_refused_with_a_sentence(group, fields, given, sentence):
    event = make_event(group=group, **fields)
    [person] = invited(event)

    with pytest.raises(Refused, match=sentence):
        answer(event, person, **given)

    assert event.participations.get().answer == ""


@pytest.mark.django_db
def test_who_is_not_invited_can_not_answer(group, member):
    event = make_event(group=group)

    with pytest.raises(Refused, match="not invited"):
        answer(event, member)


@pytest.mark.django_db(transaction=True)
def test_twenty_racing_for_five_seats_get_exactly_five_and_the_rest_wait_in_order():
    event = make_event(group=make_group(), capacity=5)
    people = invited(event, 20)
    start = threading.Barrier(len(people))
    failures = []

    def race(person):
        start.wait()
        try:
            answer_event(actor=person, event=event, answer="yes", mode="in_person", now=NOW)
        except Exception as error:  # noqa: BLE001  whatever goes wrong in a thread fails the test below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    event.refresh_from_db()
    as_recorded = event.participations.order_by("updated_at").values_list("has_seat", "queue_number")
    assert failures == []
    assert list(as_recorded) == [(True, None)] * 5 + [(False, number) for number in range(1, 16)]
    assert (event.seats_taken, event.queue_counter) == (5, 15)


@pytest.mark.django_db
def test_event_that_goes_online_takes_everybody_along(group, coordinator):
    event = make_event(group=group, capacity=1)
    one, two = invited(event, 2)
    answer(event, one)
    answer(event, two)
    event.refresh_from_db()

    event.format = Event.Format.ONLINE
    save_event(actor=coordinator, event=event, now=NOW)

    event.refresh_from_db()
    assert (event.seats_taken, event.online_taken, waiting_list(event)) == (0, 2, [])
    assert set(event.participations.values_list("answer", "mode", "has_seat")) == {("yes", "online", True)}
