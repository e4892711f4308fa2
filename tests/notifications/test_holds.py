"""After a restore nothing leaves but security mail written since, until a person lets it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.events.tasks import look_after_events
from apps.notifications import holds, outbox
from apps.notifications.announcements import announce
from apps.notifications.claims import claim
from apps.notifications.models import Announcement, Hold, OutgoingMail, Reminder
from apps.notifications.recipients import recipient_of
from apps.notifications.reminders import Planned, plan
from apps.notifications.tasks import tick
from tests.make import NOW, make_event, make_member, make_participation

State = OutgoingMail.State
LATER = NOW + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def event(group, member):
    event = make_event(group=group)
    make_participation(event=event, member=member)
    return event


@pytest.fixture
def restored(event, member, clock):
    """One mail and one due reminder stood in the backup; ten minutes later somebody has written another mail."""
    outbox.notify("event_message", event, [recipient_of(member)], "before")
    due = NOW - timedelta(minutes=1)
    plan(event, [Planned("events.reminderrule:1", "event_reminder", event.starts_at, due, event.starts_at)])
    hold = Hold.objects.create(made_at=NOW, reason="restored from a backup", taken_at=NOW - timedelta(hours=1))
    clock.move_to(LATER)
    outbox.notify("event_message", make_event(), [recipient_of(member)], "after")
    return hold


def states():
    return list(OutgoingMail.objects.order_by("pk").values_list("occasion", "state"))


def test_nothing_is_claimed_while_on_hold(restored):
    assert claim(LATER) == ("", [])


def test_security_mail_written_since_is_claimed(restored, member):
    code = outbox.notify_sealed(recipient_of(member), "Code", "1", "1")

    _token, claimed = claim(LATER)

    assert claimed == [code]


def test_security_mail_of_before_is_not_claimed(clock, member):
    outbox.notify_sealed(recipient_of(member), "Code", "1", "1")
    Hold.objects.create(made_at=NOW, reason="restored from a backup")

    assert claim(LATER) == ("", [])


def test_no_reminder_and_no_announcement_becomes_mail_while_on_hold(restored, event, coordinator):
    people = [make_member().pk for _number in range(201)]
    announcement = announce("event_message", event, people, "many", made_by=coordinator)

    tick()

    announcement.refresh_from_db()
    assert announcement.state == Announcement.State.WAITING
    assert Reminder.objects.get().state == Reminder.State.SCHEDULED
    assert states() == [("before", State.QUEUED), ("after", State.QUEUED)]


def test_waiting_is_counted(restored):
    assert holds.waiting(restored, LATER) == holds.Waiting(mails=2, earlier=1, reminders=1, announcements=0)


def test_release_lets_all_of_it_go(restored, coordinator):
    holds.release_mail(actor=coordinator, hold=holds.open_hold(), sets_aside=False, now=LATER)

    restored.refresh_from_db()
    assert (restored.released_at, restored.released_by) == (LATER, coordinator)
    _token, claimed = claim(LATER)
    assert [mail.occasion for mail in claimed] == ["before", "after"]
    entry = AuditEntry.objects.get(event="mail")
    assert (entry.actor, entry.detail) == (coordinator, "hold released: 2 mails, all sent")


def test_set_aside_keeps_what_stood_in_the_backup_and_sends_the_rest(restored, coordinator, event):
    Announcement.objects.create(kind="event_message", about=event, occasion="many", member_ids=[1], made_by=coordinator)
    Announcement.objects.update(created_at=NOW - timedelta(hours=2))

    holds.release_mail(actor=coordinator, hold=holds.open_hold(), sets_aside=True, now=LATER)

    assert states() == [("before", State.UNCLEAR), ("after", State.QUEUED)]
    assert Reminder.objects.get().state == Reminder.State.MISSED
    assert Announcement.objects.get().state == Announcement.State.CANCELLED
    _token, claimed = claim(LATER)
    assert [mail.occasion for mail in claimed] == ["after"]


def test_release_needs_the_right_and_something_to_release(restored, chair, coordinator):
    with pytest.raises(Refused):
        holds.release_mail(actor=chair, hold=holds.open_hold(), sets_aside=False, now=LATER)

    holds.release_mail(actor=coordinator, hold=holds.open_hold(), sets_aside=False, now=LATER)

    with pytest.raises(Refused):
        holds.release_mail(actor=coordinator, hold=holds.open_hold(), sets_aside=True, now=LATER)
    assert states() == [("before", State.QUEUED), ("after", State.QUEUED)]


def test_the_command_releases_once(restored, capsys):
    call_command("release_mail", "--set-aside")

    assert "1 mails that stood in the backup are set aside" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No mail is on hold"):
        call_command("release_mail")


# In the admin.


def release_url(hold):
    return reverse("admin:notifications_hold_release", args=[hold.pk])


def test_the_desk_says_so_and_leads_to_the_one_screen(client, coordinator, restored):
    client.force_login(coordinator)

    desk = client.get(reverse("admin:index")).content.decode()
    screen = client.get(release_url(restored)).content.decode()

    assert "on hold after a restore (mails: 2, reminders: 1)" in desk
    assert release_url(restored) in desk
    assert "2 mails wait, 1 of them from the backup" in screen
    assert "1 reminder is due" in screen


def test_the_desk_is_silent_without_a_hold(client, coordinator):
    client.force_login(coordinator)

    assert "on hold" not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(("button", "outcome"), [("_send", State.QUEUED), ("_set_aside", State.UNCLEAR)])
def test_each_button_does_what_it_says_and_once(client, coordinator, restored, button, outcome):
    client.force_login(coordinator)

    client.post(release_url(restored), {button: "1"})
    answer = client.post(release_url(restored), {"_set_aside": "1"}, follow=True)

    assert states()[0] == ("before", outcome)
    assert "This mail is not on hold any more." in answer.content.decode()
    assert holds.open_hold() is None


@pytest.mark.parametrize("who", ["chair", "member", "stranger"])
def test_only_staff_release(client, request, restored, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    answer = client.post(release_url(restored), {"_send": "1"})

    assert answer.status_code == (302 if who == "stranger" else 403)
    assert holds.open_hold() == restored


def test_release_from_a_page_of_an_older_hold_lets_nothing_go(coordinator):
    old = Hold.objects.create(made_at=NOW, reason="restored", released_at=NOW)
    new = Hold.objects.create(made_at=LATER, reason="restored again")

    with pytest.raises(Refused):
        holds.release_mail(actor=coordinator, hold=old, sets_aside=False, now=LATER)

    assert holds.open_hold() == new


def test_change_that_was_settling_is_not_told_while_on_hold_nor_after_it_is_set_aside(coordinator, event, member):
    event.participations.update(answer="maybe")
    event.told = event.snapshot | {"place": "Elsewhere"}
    event.settles_at = NOW
    event.save()
    hold = Hold.objects.create(made_at=LATER, reason="restored", taken_at=NOW)

    look_after_events(LATER)
    holds.release_mail(actor=coordinator, hold=hold, sets_aside=True, now=LATER)
    look_after_events(LATER)

    assert not OutgoingMail.objects.filter(kind="event_changed").exists()
