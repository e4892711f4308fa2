"""Reminders as rows: planned, moved, sent out once, missed."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.events.actions import cancel_event, save_event, tell_settled_change
from apps.events.models import Event, Participation, ReminderRule
from apps.events.planning import add_default_rules, plan_reminders
from apps.members.models import Member
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.reminders import send_out_due
from tests.make import NOW, make_event, make_member, make_participation

pytestmark = pytest.mark.django_db

Audience = ReminderRule.Audience
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def event(group):
    return make_event(group=group, starts_at=NOW + 30 * DAY)


def add_rule(event, minutes=1440, audience=Audience.INTERESTED, **fields):
    rule = ReminderRule.objects.create(event=event, minutes_before=minutes, audience=audience, **fields)
    plan_reminders(event)
    return rule


def move(event, coordinator, by, now):
    """Reschedule and let the change settle."""
    event.refresh_from_db()
    event.starts_at, event.ends_at = event.starts_at + by, event.ends_at + by
    save_event(actor=coordinator, event=event, now=now)
    tell_settled_change(event, now + HOUR)
    event.refresh_from_db()


def rows():
    found = OutgoingMail.objects.order_by("pk").values_list("member__email", "kind", "state")
    return [tuple(row) for row in found]


def reminder_states():
    return list(Reminder.objects.order_by("due_at", "pk").values_list("state", flat=True))


def test_reminder_goes_to_its_audience_once(event, member, observer, other_member):
    make_participation(event=event, member=member, answer="yes")
    make_participation(event=event, member=observer, answer="no")
    make_participation(event=event, member=other_member)
    add_rule(event)

    send_out_due(event.starts_at - DAY)
    send_out_due(event.starts_at - DAY + timedelta(seconds=5))

    assert rows() == [("member@example.org", "event_reminder", "queued")]
    assert reminder_states() == ["sent"]


def test_large_audience_is_reminded_in_short_transactions_and_each_once(event):
    """While one lasts nobody else writes to SQLite: a post would wait for it."""
    people = Member.objects.bulk_create(
        Member(email=f"many{number}@example.org", name=f"Many {number}") for number in range(250)
    )
    Participation.objects.bulk_create(
        Participation(
            event=event,
            member=person,
            answer="yes",
            mode="online",
            has_seat=True,
            invited_at=NOW,
            answered_at=NOW,
            answer_since=NOW,
            interested_since=NOW,
        )
        for person in people
    )
    add_rule(event)

    with CaptureQueriesContext(connection) as queries:
        send_out_due(event.starts_at - DAY)

    steps = [query for query in queries if query["sql"].startswith("UPDATE") and "expanded_after" in query["sql"]]
    assert len(steps) == 3
    assert OutgoingMail.objects.values("member").distinct().count() == OutgoingMail.objects.count() == 250


def test_nothing_goes_before_the_due_time(event, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event)

    send_out_due(event.starts_at - DAY - timedelta(seconds=1))

    assert rows() == []


@pytest.mark.parametrize(
    ("audience", "reached"),
    [
        (Audience.EVERYONE, ["maybe@", "online@", "silent@"]),
        (Audience.ATTENDING, ["online@"]),
        (Audience.INTERESTED, ["maybe@", "online@"]),
        (Audience.UNANSWERED, ["silent@"]),
    ],
)
def test_each_audience_reaches_exactly_its_people(event, audience, reached):
    answers = {
        "online@": {"answer": "yes"},
        "maybe@": {"answer": "maybe"},
        "no@": {"answer": "no"},
        "silent@": {},
        "waiting@": {"answer": "yes", "mode": "in_person", "queue_number": 1},
        "withdrawn@": {"withdrawn_at": NOW},
    }
    for name, fields in answers.items():
        make_participation(event=event, member=make_member(f"{name}example.org"), **fields)
    suspended = make_member("gone@example.org")
    make_participation(event=event, member=suspended, answer="yes")
    suspended.become(Member.Status.SUSPENDED)
    add_rule(event, audience=audience)

    send_out_due(event.starts_at - DAY)

    assert sorted(row[0] for row in rows()) == [f"{name}example.org" for name in reached]


def test_moved_event_reminds_for_the_new_time(event, coordinator, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event)
    send_out_due(event.starts_at - DAY)

    old_start = event.starts_at
    move(event, coordinator, 5 * DAY, old_start - 20 * HOUR)
    send_out_due(event.starts_at - DAY)

    assert [row[1:] for row in rows()] == [
        ("event_reminder", "cancelled"),
        ("event_changed", "queued"),
        ("event_reminder", "queued"),
    ]
    assert Reminder.objects.filter(state="sent", anchor_at=event.starts_at).count() == 1


def test_there_and_back_again_reminds_once(event, coordinator, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event)
    send_out_due(event.starts_at - DAY)
    OutgoingMail.objects.update(state="sent", sent_at=event.starts_at - DAY)
    start = event.starts_at

    for by in (2 * DAY, -2 * DAY):
        move(event, coordinator, by, start - 20 * HOUR)
    send_out_due(start - 20 * HOUR)
    send_out_due(start - HOUR)

    assert [row for row in rows() if row[1] == "event_reminder"] == [("member@example.org", "event_reminder", "sent")]


def test_there_and_back_again_with_an_unsent_mail_opens_it_again(event, coordinator, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event)
    send_out_due(event.starts_at - DAY)
    start = event.starts_at

    for by in (2 * DAY, -2 * DAY):
        move(event, coordinator, by, start - 20 * HOUR)
    send_out_due(start - 19 * HOUR)

    assert [row[2] for row in rows() if row[1] == "event_reminder"] == ["queued"]


def test_nothing_is_reminded_of_a_date_that_has_not_settled(event, coordinator, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event, 7 * 1440)
    start = event.starts_at
    moment = start - 9 * DAY

    event.starts_at, event.ends_at = start - 3 * DAY, event.ends_at - 3 * DAY
    save_event(actor=coordinator, event=event, now=moment)
    send_out_due(moment + timedelta(seconds=5))
    event.starts_at, event.ends_at = start, event.ends_at + 3 * DAY
    save_event(actor=coordinator, event=event, now=moment + timedelta(minutes=1))
    tell_settled_change(event, moment + timedelta(minutes=4))
    send_out_due(moment + timedelta(minutes=5))

    assert rows() == []


def test_poison_reminder_is_parked_and_stops_no_other(event, group, member, monkeypatch):
    other = make_event(group=group, starts_at=event.starts_at)
    for each in (event, other):
        make_participation(event=each, member=member, answer="yes")
        add_rule(each)
    due = type(event).is_reminder_due

    def poisoned(self, reminder):
        if self.pk == event.pk:
            raise ValueError
        return due(self, reminder)

    monkeypatch.setattr(type(event), "is_reminder_due", poisoned)

    send_out_due(event.starts_at - DAY)

    assert sorted(reminder_states()) == ["failed", "sent"]
    assert len(rows()) == 1


def test_sent_reminder_stays_sent_when_the_event_is_over(event, coordinator, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event)
    send_out_due(event.starts_at - DAY)

    Event.objects.update(state="held")
    plan_reminders(Event.objects.get(pk=event.pk))

    assert reminder_states() == ["sent"]


def test_cancelled_event_reminds_nobody(event, coordinator, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event)
    cancel_event(actor=coordinator, event=event, now=NOW)

    send_out_due(event.starts_at - DAY)

    assert [row[1] for row in rows()] == ["event_cancelled"]
    assert reminder_states() == ["cancelled"]


def test_reminder_after_the_start_is_missed(event, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event)

    send_out_due(event.starts_at + timedelta(seconds=1))

    assert rows() == []
    assert reminder_states() == ["missed"]


def test_late_reminder_goes_when_no_later_rule_is_due(event, member):
    make_participation(event=event, member=member, answer="yes")
    add_rule(event, 1440)
    add_rule(event, 60)

    send_out_due(event.starts_at - 3 * HOUR)

    assert rows() == [("member@example.org", "event_reminder", "queued")]
    assert reminder_states() == ["sent", "scheduled"]


def test_of_two_due_reminders_the_later_goes_and_the_earlier_is_missed_person_by_person(event, member, observer):
    make_participation(event=event, member=member, answer="yes")
    make_participation(event=event, member=observer, answer="maybe")
    add_rule(event, 1440, Audience.INTERESTED)
    add_rule(event, 60, Audience.ATTENDING)

    send_out_due(event.starts_at - timedelta(minutes=30))

    assert sorted(rows()) == [
        ("member@example.org", "event_reminder", "missed"),
        ("member@example.org", "event_reminder", "queued"),
        ("observer@example.org", "event_reminder", "queued"),
    ]


@pytest.mark.parametrize(("includes_late_joiners", "expected"), [(False, 0), (True, 1)])
def test_who_joined_after_the_due_time_is_reminded_only_if_the_rule_says_so(
    event, member, includes_late_joiners, expected
):
    add_rule(event, includes_late_joiners=includes_late_joiners)
    send_out_due(event.starts_at - DAY)
    make_participation(
        event=event,
        member=member,
        answer="yes",
        answered_at=event.starts_at - 5 * HOUR,
        answer_since=event.starts_at - 5 * HOUR,
        interested_since=event.starts_at - 5 * HOUR,
    )

    send_out_due(event.starts_at - 4 * HOUR)
    send_out_due(event.starts_at - 3 * HOUR)

    assert len(rows()) == expected


def test_who_joined_after_two_due_times_gets_the_later_reminder_only(event, member):
    for minutes in (7 * 1440, 1440):
        add_rule(event, minutes, includes_late_joiners=True)
    send_out_due(event.starts_at - DAY)
    make_participation(event=event, member=member, answer="yes", invited_at=event.starts_at - 5 * HOUR)

    send_out_due(event.starts_at - 4 * HOUR)
    send_out_due(event.starts_at - 3 * HOUR)

    found = OutgoingMail.objects.order_by("reminder__due_at").values_list("state", flat=True)
    assert list(found) == ["missed", "queued"]


def test_wall_clock_in_the_readers_zone_reaches_each_at_their_hour_and_nobody_twice(event):
    for zone in ("Pacific/Apia", "Europe/Berlin", "America/Lima"):
        person = make_member(f"{zone.split('/')[1].lower()}@example.org", time_zone=zone)
        make_participation(event=event, member=person, answer="yes")
    ReminderRule.objects.create(event=event, days_before=1, at_time=time(9), clock=ReminderRule.Clock.READER)
    plan_reminders(event)
    due = list(Reminder.objects.order_by("due_at").values_list("zone", "due_at"))

    reached = []
    for _zone, moment in due:
        send_out_due(moment)
        reached.append([row[0] for row in rows()])
    Member.objects.filter(email="apia@example.org").update(time_zone="America/Lima")
    send_out_due(due[-1][1] + HOUR)

    assert [zone for zone, _moment in due] == ["Pacific/Apia", "Europe/Berlin", "America/Lima"]
    assert [len(names) for names in reached] == [1, 2, 3]
    assert len(rows()) == 3


def test_default_rules_are_those_of_the_design(event):
    add_default_rules(event)
    plan_reminders(event)

    days_before = [
        (event.starts_at - moment) for moment in Reminder.objects.order_by("due_at").values_list("due_at", flat=True)
    ]
    assert days_before == [10 * DAY, 7 * DAY, 3 * DAY, DAY, HOUR]


def test_planning_twice_changes_nothing(event):
    add_default_rules(event)
    plan_reminders(event)
    before = list(Reminder.objects.order_by("pk").values())

    plan_reminders(event)

    after = list(Reminder.objects.order_by("pk").values())
    assert [{**row, "updated_at": None} for row in after] == [{**row, "updated_at": None} for row in before]


def test_deleted_rule_is_no_longer_planned(event):
    rule = add_rule(event)
    rule.delete()

    plan_reminders(Event.objects.get(pk=event.pk))

    assert reminder_states() == ["cancelled"]


def test_who_joined_after_the_time_in_their_own_zone_is_not_reminded_by_a_later_zone(event):
    early = make_member("early@example.org", time_zone="Pacific/Apia")
    late = make_member("late@example.org", time_zone="America/Lima")
    rule = ReminderRule.objects.create(event=event, days_before=1, at_time=time(9), clock=ReminderRule.Clock.READER)
    make_participation(event=event, member=late, answer="yes")
    own_time = rule.due_at(early.time_zone)
    make_participation(event=event, member=early, answer="yes", invited_at=own_time + HOUR)
    plan_reminders(event)

    for moment in Reminder.objects.order_by("due_at").values_list("due_at", flat=True):
        send_out_due(moment)

    assert [row[0] for row in rows()] == ["late@example.org"]
