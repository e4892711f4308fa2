"""check_ledger on events: reminders at the wrong moment, notices never written, mails nobody may get."""

from datetime import time, timedelta

import pytest
import time_machine

from apps.events.actions import answer_event, save_event
from apps.events.models import Event, Participation, ReminderRule
from apps.events.planning import plan_reminders
from apps.events.tasks import look_after_events
from apps.members.actions import end_membership, reinstate_member, suspend_member
from apps.members.models import Member
from apps.notifications.ledger import differences
from apps.notifications.models import Announcement, OutgoingMail, Reminder
from apps.notifications.reminders import send_out_due
from tests.make import NOW, make_member, make_membership, make_participation
from tests.properties.history import lived_once

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def month(django_db_setup, django_db_blocker):
    yield from lived_once(django_db_blocker)


@pytest.fixture
def history(month, db):
    """The month as it was; what a test does to it is undone after it."""
    return month


@pytest.fixture
def event(history):
    return Event.objects.get(pk=history.event.pk)


@pytest.fixture
def rule(event):
    """A reminder still to come, planned a while ago."""
    with time_machine.travel(NOW - DAY):
        rule = ReminderRule.objects.create(event=event, audience="everyone", minutes_before=60)
        plan_reminders(event)
    return rule


def found(now=NOW):
    return list(differences(now))


def sent(kind, **fields):
    """Let the first mail of this kind leave at another time."""
    mail = OutgoingMail.objects.filter(kind=kind).earliest("pk")
    OutgoingMail.objects.filter(pk=mail.pk).update(**{"expires_at": NOW + DAY, **fields})
    return mail


def part_of(mail):
    return Participation.objects.filter(event=mail.about_id, member=mail.member)


def test_reminder_row_that_is_gone_is_found(event, rule):
    Reminder.objects.get(rule=rule.key).delete()

    assert found() == [f"event {event.pk}: the reminder of {rule.key} is not planned"]


def test_reminder_that_was_cancelled_by_nobody_is_found(event, rule):
    Reminder.objects.filter(rule=rule.key).update(state="cancelled")

    assert found() == [f"event {event.pk}: the reminder of {rule.key} is not planned"]


@pytest.mark.parametrize("field", ["due_at", "expires_at"])
def test_reminder_at_the_wrong_moment_is_found(event, rule, field):
    row = Reminder.objects.get(rule=rule.key)

    Reminder.objects.filter(pk=row.pk).update(**{field: getattr(row, field) + HOUR})

    assert found() == [f"event {event.pk}: reminder {row.pk} is planned for the wrong moment"]


def test_rule_edited_and_not_planned_again_is_found(event, rule):
    row = Reminder.objects.get(rule=rule.key)

    ReminderRule.objects.filter(pk=rule.pk).update(minutes_before=90)
    assert found() == [f"event {event.pk}: reminder {row.pk} is planned for the wrong moment"]

    plan_reminders(event)
    assert found() == []


@pytest.mark.parametrize("fields", [{"audience": "unanswered"}, {"includes_late_joiners": True}])
def test_reminder_that_says_something_else_than_its_rule_is_found(event, rule, fields):
    row = Reminder.objects.get(rule=rule.key)

    ReminderRule.objects.filter(pk=rule.pk).update(**fields)

    assert found() == [f"event {event.pk}: reminder {row.pk} says something else than its rule"]


@pytest.mark.parametrize("change", [{"anchor_at": NOW + 12 * DAY}, {"rule": "events.reminderrule:999999"}])
def test_reminder_of_no_rule_or_another_start_is_found(event, rule, change):
    row = Reminder.objects.get(rule=rule.key)

    Reminder.objects.filter(pk=row.pk).update(**change)

    assert sorted(found()) == [
        f"event {event.pk}: reminder {row.pk} belongs to no rule or another start",
        f"event {event.pk}: the reminder of {rule.key} is not planned",
    ]


@pytest.fixture
def readers_rule(history, event):
    """Due at six yesterday evening on each reader's clock, and sent out to Ben in Apia and Cho in Lima."""
    _ann, ben, cho, _dia = history.people
    Member.objects.filter(pk=ben.pk).update(time_zone="Pacific/Apia")
    Member.objects.filter(pk=cho.pk).update(time_zone="America/Lima")
    with time_machine.travel(NOW - 3 * DAY, tick=False):
        rule = ReminderRule.objects.create(
            event=event, audience="everyone", days_before=10, at_time=time(18), clock="reader"
        )
        plan_reminders(event)
    with time_machine.travel(NOW, tick=False):
        send_out_due(NOW)
    OutgoingMail.objects.unsent().update(state="sent", sent_at=NOW)
    return rule


def test_reader_passed_over_in_their_own_zone_is_found(history, event, readers_rule):
    assert found() == []
    ben = history.people[1]

    OutgoingMail.objects.get(reminder__rule=readers_rule.key, member=ben).delete()

    assert found() == [f"event {event.pk}: member {ben.pk} was not reminded by {readers_rule.key}"]


def test_zone_of_a_reader_that_was_never_planned_is_found_after_a_while(event, readers_rule):
    with time_machine.travel(NOW, tick=False):
        make_participation(event=event, member=make_member(time_zone="Asia/Kathmandu"), invited_at=NOW)
    assert found(NOW + MINUTE) == []

    assert found(NOW + HOUR) == [f"event {event.pk}: the reminder of {readers_rule.key} is not planned"]


def test_zone_in_which_nobody_lives_any_more_is_no_difference(history, event, readers_rule):
    ben = Member.objects.get(pk=history.people[1].pk)

    suspend_member(actor=history.staff, member=ben)

    assert found() == []


def test_late_joiner_who_was_passed_over_is_found_after_a_while(event):
    with time_machine.travel(NOW - 2 * DAY, tick=False):
        rule = ReminderRule.objects.create(
            event=event, audience="everyone", minutes_before=10 * 1440, includes_late_joiners=True
        )
        plan_reminders(event)
    with time_machine.travel(NOW, tick=False):
        send_out_due(NOW)
        OutgoingMail.objects.unsent().update(state="sent", sent_at=NOW)
        late = make_participation(event=event, member=make_member(), invited_at=NOW)
    assert found(NOW + MINUTE) == []

    assert found(NOW + HOUR) == [f"event {event.pk}: member {late.member_id} was not reminded by {rule.key}"]

    send_out_due(NOW + HOUR)
    OutgoingMail.objects.unsent().update(state="sent", sent_at=NOW + HOUR)
    assert found(NOW + HOUR) == []


def test_who_was_not_there_when_it_was_due_was_rightly_passed_over(history, event):
    """Back from a suspension, or back in the group, after the reminder had gone."""
    rule = event.reminder_rules.get(audience="unanswered")
    _ann, _ben, cho, _dia = history.people
    Participation.objects.filter(event=event, member=cho).update(via_group=history.group)
    OutgoingMail.objects.filter(reminder__rule=rule.key, member=cho).delete()
    assert found() == [f"event {event.pk}: member {cho.pk} was not reminded by {rule.key}"]

    membership = cho.memberships.get()
    end_membership(actor=history.staff, membership=membership, now=NOW)
    assert found() == []
    make_membership(group=history.group, member=cho)
    assert found() == []
    suspend_member(actor=history.staff, member=cho)
    reinstate_member(actor=history.staff, member=cho)
    assert found() == []


def test_change_that_was_never_told_is_found(event):
    Announcement.objects.filter(kind="event_changed").delete()
    OutgoingMail.objects.filter(kind="event_changed").delete()

    assert found() == [f"event {event.pk}: of 1 changes only 0 were told"]


def test_change_that_settled_and_lies_is_found(history, event):
    with time_machine.travel(NOW, tick=False):
        event.place = "Lima"
        save_event(actor=history.staff, event=event, now=NOW)

    assert found(NOW + MINUTE) == []
    assert found(NOW + HOUR) == [f"event {event.pk}: its change has settled and nobody was told"]


def test_change_undone_before_it_settled_is_no_difference(history, event):
    place = event.place
    with time_machine.travel(NOW, tick=False):
        for changed in ("Lima", place):
            event.place = changed
            save_event(actor=history.staff, event=event, now=NOW)
        look_after_events(NOW + HOUR)

    assert found(NOW + HOUR) == []


def test_cancellation_that_was_never_told_is_found(history):
    Announcement.objects.filter(kind="event_cancelled").delete()
    OutgoingMail.objects.filter(kind="event_cancelled").delete()

    assert found() == [f"event {history.cancelled.pk}: it was cancelled and nobody was told"]


@pytest.mark.parametrize("kind", ["event_invitation", "event_reminder", "event_changed", "event_seat"])
def test_mail_sent_for_a_cancelled_event_is_found(history, kind):
    mail = sent(kind, sent_at=NOW)
    cancelled = Announcement.objects.get(kind="event_cancelled")

    Announcement.objects.filter(pk=cancelled.pk).update(about_id=mail.about_id, created_at=NOW - HOUR)

    assert f"mail {mail.pk} ({kind}) was sent after the event was cancelled" in found()


def test_mail_sent_after_the_invitation_was_taken_back_is_found(history):
    mail = OutgoingMail.objects.get(kind="event_invitation", about_id=history.event.pk, member=history.people[3])

    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=NOW, expires_at=NOW + DAY)

    assert found() == [f"mail {mail.pk} (event_invitation) was sent after the invitation was taken back"]


def test_reminder_sent_to_who_had_said_no_is_found(history, event):
    mail = sent("event_reminder", sent_at=NOW + HOUR)
    answer_event(actor=mail.member, event=event, answer="no", now=NOW)

    assert found() == [f"mail {mail.pk} (event_reminder) was sent after its reader had said no"]


def test_reminder_of_a_time_that_had_changed_is_found(event):
    mail = sent("event_reminder", sent_at=NOW)

    Event.objects.filter(pk=event.pk).update(
        starts_at=event.starts_at + DAY, ends_at=event.ends_at + DAY, changed_at=NOW - HOUR
    )

    assert f"mail {mail.pk} (event_reminder) was sent after the event had moved to another time" in found()


def test_date_that_is_mended_when_the_event_is_over_makes_no_reminder_wrong(history, event):
    after = event.ends_at + HOUR
    Event.objects.filter(pk=event.pk).update(state=Event.State.HELD, changed_at=NOW - 9 * DAY)
    event.refresh_from_db()
    event.starts_at -= HOUR

    save_event(actor=history.staff, event=event, now=after)

    assert found(after) == []


def test_mail_to_somebody_never_invited_is_found(history):
    mail = OutgoingMail.objects.filter(kind="event_message").earliest("pk")

    part_of(mail).delete()

    written = OutgoingMail.objects.about(history.event).filter(member=mail.member)
    assert sorted(found()) == sorted(
        f"mail {each.pk} ({each.kind}) was written to member {mail.member_id}, who was never invited"
        for each in written
    )


@pytest.mark.parametrize("kind", ["event_invitation", "event_reminder", "event_message"])
def test_mail_without_cause_is_found(history, kind):
    mail = sent(kind, announcement=None, reminder=None)

    assert f"mail {mail.pk} ({kind}) belongs to no announcement and no reminder" in found()


def test_seat_told_to_two_people_is_found(history, event):
    mail = OutgoingMail.objects.get(kind="event_seat")
    ann = history.people[0]
    OutgoingMail.objects.create(
        kind="event_seat",
        recipient_key=f"member:{ann.pk}",
        member=ann,
        about_type=mail.about_type,
        about_id=mail.about_id,
        about_key=mail.about_key,
        occasion=mail.occasion,
        state="sent",
        sent_at=NOW - timedelta(days=300),
        due_at=NOW,
        expires_at=NOW,
        message_id="<another@example.org>",
    )

    second = OutgoingMail.objects.latest("pk")
    assert found() == [f"mail {second.pk} (event_seat) tells of a seat that was not given"]


def test_event_far_in_the_past_is_still_checked(history, event):
    Event.objects.filter(pk=event.pk).update(state="held")
    mail = OutgoingMail.objects.filter(kind="event_reminder").earliest("pk")
    key = mail.reminder.rule
    later = NOW + 400 * DAY
    assert found(later) == []

    mail.delete()

    assert found(later) == [f"event {event.pk}: member {mail.member_id} was not reminded by {key}"]
