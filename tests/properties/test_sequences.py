"""Short sequences by name: those the properties found to be done wrong once, and those a random run meets rarely."""

from datetime import time

import pytest

from tests.make import NOW
from tests.properties.machine import DAY, FIRST_ACTS, HOUR, MINUTE, LedgerMachine

pytestmark = pytest.mark.django_db

ANN, BEN, CHO, DIA = range(4)


@pytest.fixture
def machine():
    """A scheduled event in ten days, without rules; Ann, Ben and Cho were invited and mailed."""
    machine = LedgerMachine()
    machine.begin(NOW + 10 * DAY, None, [], [ANN, BEN, CHO], [], is_draft=False)
    machine.acts = FIRST_ACTS
    yield machine
    machine.teardown()


def agree(machine):
    machine.ledger_is_what_the_rules_say()
    machine.seats_are_what_the_rules_say()
    machine.check_ledger_finds_nothing()


def states(machine, kind):
    return sorted((mail.person.name, mail.state) for mail in machine.world.post.mails if mail.kind == kind)


def test_reminder_that_did_not_leave_before_a_later_one_was_due_is_missed(machine):
    for minutes in (2880, 1440):
        machine.add_rule("everyone", {"minutes": minutes}, is_late=False)
    machine.wait(8 * DAY)
    machine.turn_into_mail(1)
    machine.wait(DAY)
    machine.turn_into_mail(1)
    machine.deliver()

    agree(machine)
    assert states(machine, "event_reminder") == [
        (name, state) for name in ("ann", "ben", "cho") for state in ("missed", "sent")
    ]


def test_change_on_its_way_to_many_is_told_once_with_the_next_change(machine):
    for place in ("Lima", "Apia"):
        machine.change_place(place)
        machine.wait(3 * MINUTE)
        machine.look_after()
    machine.beat()

    agree(machine)
    assert states(machine, "event_changed") == [("ann", "sent"), ("ben", "sent"), ("cho", "sent")]


def test_who_was_suspended_between_confirming_and_inviting_is_not_invited(machine):
    machine.invite([DIA, ANN, BEN], is_via_group=False)
    dia = machine.world.people[DIA]
    machine.suspend_or_reinstate(DIA)
    machine.beat()
    machine.suspend_or_reinstate(DIA)
    machine.wait(HOUR)
    machine.beat()

    agree(machine)
    assert dia not in machine.world.parts


def test_there_and_back_again_reminds_once(machine):
    machine.add_rule("everyone", {"minutes": 1440}, is_late=False)
    machine.wait(9 * DAY)
    machine.beat()
    for start in (NOW + 12 * DAY, NOW + 10 * DAY):
        machine.move(start)
        machine.wait(3 * MINUTE)
        machine.beat()

    agree(machine)
    assert states(machine, "event_reminder") == [("ann", "sent"), ("ben", "sent"), ("cho", "sent")]


def test_reminder_waits_for_its_worker_and_is_missed_after_the_start(machine):
    machine.add_rule("everyone", {"minutes": 60}, is_late=False)
    machine.wait(10 * DAY - HOUR)
    machine.turn_into_mail(1)
    machine.wait(HOUR)
    machine.deliver()

    agree(machine)
    assert states(machine, "event_reminder") == [("ann", "missed"), ("ben", "missed"), ("cho", "missed")]


def test_no_before_the_invitation_left_keeps_it_back(machine):
    machine.invite([DIA], is_via_group=False)
    machine.answer(DIA, ("no", ""))
    machine.deliver()

    agree(machine)
    assert ("dia", "suppressed") in states(machine, "event_invitation")


def test_seat_given_up_goes_to_the_next_and_is_told_once(machine):
    machine.change_seats(1)
    for person in (ANN, BEN, CHO):
        machine.answer(person, ("yes", "in_person"))
    machine.answer(ANN, ("no", ""))
    machine.beat()

    agree(machine)
    assert states(machine, "event_seat") == [("ben", "sent")]


def test_seat_of_a_suspended_member_goes_to_the_next(machine):
    machine.change_seats(1)
    for person in (ANN, BEN):
        machine.answer(person, ("yes", "in_person"))
    machine.suspend_or_reinstate(ANN)
    machine.beat()
    machine.suspend_or_reinstate(ANN)
    machine.beat()

    agree(machine)
    assert states(machine, "event_seat") == [("ben", "sent")]
    assert [(part.person.name, part.is_seated) for part in machine.world.parts.values()][:2] == [
        ("ann", False),
        ("ben", True),
    ]


def test_worker_that_died_is_unclear_or_repeats_as_the_kind_says(machine):
    machine.write_to_all()
    machine.turn_into_mail(2)
    machine.deliver_but_die(ANN, is_taken=True)
    machine.cancel()
    machine.turn_into_mail(2)
    machine.deliver_but_die(BEN, is_taken=True)
    machine.wait(MINUTE)
    machine.beat()

    agree(machine)
    copies = {(mail.kind, mail.person.name): (mail.state, mail.copies) for mail in machine.world.post.mails}
    assert copies["event_message", "ann"] == ("unclear", 1)
    assert copies["event_cancelled", "ben"] == ("sent", 2)


def test_who_left_the_group_hears_no_more_of_what_came_with_it(machine):
    machine.invite([DIA], is_via_group=True)
    machine.beat()
    machine.leave_or_join_group(DIA)
    machine.cancel()
    machine.beat()

    agree(machine)
    assert [mail.kind for mail in machine.world.post.mails if mail.person.name == "dia"] == ["event_invitation"]


def test_reader_in_another_zone_is_reminded_on_their_own_clock(machine):
    """Cho in Apia is due a day before Ann and Ben in Berlin."""
    machine.add_rule("everyone", {"days": 1, "at": time(18), "is_readers": True}, is_late=False)
    machine.wait(9 * DAY)
    machine.beat()
    assert states(machine, "event_reminder") == [("cho", "sent")]

    machine.wait(12 * HOUR)
    machine.beat()

    agree(machine)
    assert states(machine, "event_reminder") == [("ann", "sent"), ("ben", "sent"), ("cho", "sent")]


@pytest.mark.parametrize("acts", [("withdraw", "cancel"), ("cancel", "withdraw")])
def test_who_was_taken_off_the_list_hears_that_even_when_the_event_is_cancelled(machine, acts):
    """Between the two an hour goes by; nothing leaves before both are done."""
    for act in acts:
        machine.wait(HOUR)
        machine.withdraw(ANN) if act == "withdraw" else machine.cancel()
    machine.wait(HOUR)
    machine.beat()

    agree(machine)
    assert states(machine, "event_withdrawn") == [("ann", "sent")]


def test_who_is_invited_at_the_very_moment_a_change_is_told_is_not_owed_the_notice(machine):
    machine.change_place("Lima")
    machine.invite([DIA, ANN, BEN], is_via_group=False)
    machine.wait(3 * MINUTE)
    machine.beat()

    agree(machine)
    assert ("dia", "sent") in states(machine, "event_invitation")
    assert "dia" not in dict(states(machine, "event_changed"))


def test_who_was_suspended_by_mistake_gets_what_had_not_left(machine):
    machine.invite([DIA], is_via_group=False)
    machine.write_to_all()
    machine.suspend_or_reinstate(DIA)
    machine.turn_into_mail(2)
    machine.deliver()
    machine.suspend_or_reinstate(DIA)
    machine.beat()

    agree(machine)
    assert ("dia", "sent") in states(machine, "event_invitation")


def test_who_was_taken_off_the_list_while_suspended_and_invited_again_is_invited_once(machine):
    machine.invite([DIA], is_via_group=False)
    machine.suspend_or_reinstate(DIA)
    machine.withdraw(DIA)
    machine.suspend_or_reinstate(DIA)
    machine.invite([DIA], is_via_group=False)
    machine.beat()

    agree(machine)
    assert [pair for pair in states(machine, "event_invitation") if pair[0] == "dia"] == [
        ("dia", "cancelled"),
        ("dia", "sent"),
    ]


@pytest.mark.parametrize("people", [[DIA], [DIA, ANN, BEN]])
def test_invitation_that_missed_the_old_start_goes_when_the_event_is_put_off(machine, people):
    """One to many was not even written by then."""
    machine.invite(people, is_via_group=False)
    machine.wait(10 * DAY)
    machine.beat()
    assert ("dia", "sent") not in states(machine, "event_invitation")

    machine.move(NOW + 27 * DAY + 3 * HOUR)
    machine.wait(3 * MINUTE)
    machine.beat()
    machine.beat()

    agree(machine)
    assert states(machine, "event_invitation") == [(name, "sent") for name in ("ann", "ben", "cho", "dia")]
    assert ("dia", "sent") not in states(machine, "event_changed")


def test_invitation_kept_back_by_a_suspension_goes_when_the_event_is_put_off_meanwhile(machine):
    machine.invite([DIA], is_via_group=False)
    machine.suspend_or_reinstate(DIA)
    machine.wait(10 * DAY)
    machine.beat()
    machine.move(NOW + 27 * DAY + 3 * HOUR)
    machine.wait(3 * MINUTE)
    machine.beat()
    machine.suspend_or_reinstate(DIA)
    machine.beat()

    agree(machine)
    assert ("dia", "sent") in states(machine, "event_invitation")


def test_who_was_suspended_by_mistake_hears_of_the_cancellation_when_let_in_again(machine):
    machine.suspend_or_reinstate(BEN)
    machine.cancel()
    machine.beat()
    machine.wait(HOUR)
    machine.beat()
    assert ("ben", "cancelled") in states(machine, "event_cancelled")

    machine.suspend_or_reinstate(BEN)
    machine.beat()

    agree(machine)
    assert states(machine, "event_cancelled") == [("ann", "sent"), ("ben", "sent"), ("cho", "sent")]


def test_changes_during_a_suspension_are_told_once_when_it_ends(machine):
    machine.suspend_or_reinstate(BEN)
    for place in ("Lima", "Apia"):
        machine.change_place(place)
        machine.wait(3 * MINUTE)
        machine.beat()
        machine.beat()
    machine.suspend_or_reinstate(BEN)
    machine.beat()

    agree(machine)
    assert [state for name, state in states(machine, "event_changed") if name == "ben"] == ["cancelled", "sent"]


def test_who_is_suspended_between_cancelling_and_telling_many_hears_it_when_let_in_again(machine):
    machine.cancel()
    machine.suspend_or_reinstate(CHO)
    machine.beat()
    machine.beat()
    machine.suspend_or_reinstate(CHO)
    machine.beat()

    agree(machine)
    assert states(machine, "event_cancelled") == [("ann", "sent"), ("ben", "sent"), ("cho", "sent")]
