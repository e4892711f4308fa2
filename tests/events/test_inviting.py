"""Inviting, asking again and writing to participants."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.core.refused import Refused
from apps.events.actions import (
    answer_event,
    cancel_event,
    invite_members,
    message_participants,
    save_event,
    send_trial,
    tell_settled_change,
    withdraw_participation,
)
from apps.events.models import Participation
from apps.notifications.announcements import expand_waiting
from apps.notifications.delivery import Courier
from apps.notifications.models import Announcement, Notification, OutgoingMail
from apps.notifications.models.mail import Priority
from tests.make import NOW, make_event, make_member, make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group):
    return make_event(group=group)


def invite(event, actor, people, once="a", **more):
    return invite_members(
        actor=actor, event=event, member_ids=[person.pk for person in people], once=once, now=NOW, **more
    )


def mailed(kind="event_invitation"):
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("member__email", flat=True))


def test_invited_people_get_a_row_a_mail_and_a_notice(event, coordinator, member, other_member):
    invite(event, coordinator, [member, other_member])

    assert sorted(event.participations.values_list("member__email", flat=True)) == mailed()
    assert mailed() == ["member@example.org", "other@example.org"]
    assert Notification.objects.count() == 2


def test_submitting_twice_and_inviting_again_tell_nobody_twice(event, coordinator, member, observer):
    invite(event, coordinator, [member])
    invite(event, coordinator, [member])
    invite(event, coordinator, [member, observer], once="b")

    assert mailed() == ["member@example.org", "observer@example.org"]


def test_large_audience_is_expanded_by_the_worker_from_the_confirmed_ids(event, coordinator):
    people = [make_member() for _number in range(201)]
    announcement = invite(event, coordinator, people)
    assert (announcement.state, mailed()) == (Announcement.State.WAITING, [])

    expand_waiting(NOW)
    expand_waiting(NOW)

    announcement.refresh_from_db()
    assert announcement.state == Announcement.State.DONE
    assert len(mailed()) == Participation.objects.count() == 201


def test_expansion_resumes_where_it_stopped(event, coordinator):
    people = [make_member() for _number in range(501)]
    announcement = invite(event, coordinator, people)

    expand_waiting(NOW, max_chunks=1)
    announcement.refresh_from_db()
    assert (announcement.position, len(mailed())) == (500, 500)
    expand_waiting(NOW)

    assert len(mailed()) == 501


def test_taken_back_and_invited_again_is_told_again(event, coordinator, member):
    invite(event, coordinator, [member])
    OutgoingMail.objects.update(state="sent")
    part = event.participations.get()
    withdraw_participation(actor=coordinator, participation=part, now=NOW)

    invite(event, coordinator, [member], once="b")

    assert len(mailed()) == 2
    assert mailed("event_withdrawn") == ["member@example.org"]
    assert event.participations.get().withdrawn_at is None


def test_picked_by_hand_after_a_group_invitation_stays_when_the_membership_ends(event, coordinator, member, group):
    invite(event, coordinator, [member], via_group=group)
    assert event.participations.get().via_group == group

    invite(event, coordinator, [member], once="b")

    assert event.participations.get().via_group is None
    assert len(mailed()) == 1


def test_trial_goes_to_the_coordinator_alone(event, coordinator):
    send_trial(actor=coordinator, event=event, paragraph="Hello", once="a", now=NOW)

    assert mailed("event_trial") == ["coordinator@example.org"]
    assert event.participations.count() == 0


def test_trial_promises_no_answer_at_the_link_that_leads_to_the_event(event, coordinator, member):
    send_trial(actor=coordinator, event=event, paragraph="Hello", once="a", now=NOW)
    invite(event, coordinator, [member])
    OutgoingMail.objects.update(due_at=NOW, expires_at=event.starts_at)
    Courier(lambda: NOW).deliver(seconds=20)

    by_reader = {message.to[0]: message for message in mailbox.outbox}
    trial, real = by_reader["coordinator@example.org"], by_reader["member@example.org"]
    page = f"http://localhost:8000{event.get_absolute_url()}"
    assert f"The event's page:\n{page}\n" in trial.body
    assert "Answer here, without signing in:" in real.body
    for part in (trial.body, trial.alternatives[0].content):
        assert "/rsvp/" not in part
        assert "Answer here" not in part
        assert "No sign-in is needed" not in part
        assert "This is a trial, sent to you alone." in part
    assert not any("This is a trial" in part for part in (real.body, real.alternatives[0].content))


@pytest.mark.parametrize(
    "fields", [{"state": "draft"}, {"state": "cancelled"}, {"starts_at": NOW - timedelta(hours=1)}]
)
def test_only_an_event_that_lies_ahead_has_invitations(group, coordinator, member, fields):
    event = make_event(group=group, **fields)

    with pytest.raises(Refused):
        invite(event, coordinator, [member])


@pytest.mark.parametrize("role", ["chair", "member", "suspended"])
def test_inviting_and_writing_are_for_the_secretariat(event, role, request, other_member):
    person = request.getfixturevalue(role)

    with pytest.raises(Refused):
        invite(event, person, [other_member])
    with pytest.raises(Refused):
        message_participants(actor=person, event=event, member_ids=[], once="a", title="T", paragraph="P")
    assert mailed() == []


def test_refused_announcement_is_parked_and_stops_no_other(event, group, coordinator):
    people = [make_member() for _number in range(201)]
    other = make_event(group=group)
    parked = invite(event, coordinator, people)
    type(event).objects.filter(pk=event.pk).update(state="cancelled")
    fine = invite(other, coordinator, people, once="b")

    expand_waiting(NOW)

    parked.refresh_from_db()
    fine.refresh_from_db()
    assert (parked.state, fine.state) == (Announcement.State.CANCELLED, Announcement.State.DONE)
    assert event.participations.count() == 0


def test_seat_of_an_ended_membership_is_given_back_when_invited_again(event, coordinator, member, group):
    invite(event, coordinator, [member], via_group=group)
    answer_event(actor=member, event=event, answer="yes", mode="in_person", now=NOW)
    member.memberships.update(ended_on=NOW.date())

    invite(event, coordinator, [member], once="b")

    event.refresh_from_db()
    assert (event.seats_taken, event.participations.get().has_seat) == (0, False)


def test_large_audiences_go_by_the_bulk_mailer_and_small_ones_and_cancellations_do_not(event, coordinator, member):
    many = [make_member() for _number in range(201)]
    invite(event, coordinator, [member])
    invite(event, coordinator, many, once="b")
    expand_waiting(NOW)
    assert set(OutgoingMail.objects.filter(member=member).values_list("priority", flat=True)) == {Priority.SINGLE}
    assert set(OutgoingMail.objects.exclude(member=member).values_list("priority", flat=True)) == {Priority.BULK}

    cancel_event(actor=coordinator, event=event, now=NOW)
    expand_waiting(NOW)

    cancelled = OutgoingMail.objects.filter(kind="event_cancelled")
    assert set(cancelled.values_list("priority", flat=True)) == {Priority.SINGLE}


@pytest.mark.parametrize("is_cancelled_first", [False, True])
def test_who_is_taken_back_hears_it_also_when_the_event_is_cancelled(group, coordinator, member, is_cancelled_first):
    event = make_event(group=group)
    part = make_participation(event=event, member=member, answer="maybe")
    acts = [
        lambda: withdraw_participation(actor=coordinator, participation=part, now=NOW),
        lambda: cancel_event(actor=coordinator, event=event, now=NOW),
    ]
    for act in reversed(acts) if is_cancelled_first else acts:
        act()

    Courier(lambda: NOW + timedelta(minutes=1)).deliver(seconds=20)

    assert [mail.subject.partition(":")[0] for mail in mailbox.outbox] == ["Invitation taken back"]


def test_unsent_invitation_is_of_use_until_the_new_start(group, coordinator, member):
    event = make_event(group=group, starts_at=NOW + timedelta(days=1))
    invite_members(actor=coordinator, event=event, member_ids=[member.pk], once="a", now=NOW)
    event.starts_at += timedelta(days=7)
    event.ends_at += timedelta(days=7)
    save_event(actor=coordinator, event=event, now=NOW)

    tell_settled_change(event, NOW + timedelta(minutes=5))
    Courier(lambda: NOW + timedelta(days=2)).deliver(seconds=20)

    assert OutgoingMail.objects.get(kind="event_invitation").state == OutgoingMail.State.SENT
