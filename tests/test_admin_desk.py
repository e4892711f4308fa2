"""The desk: a silent scheduler, mail that waits for a person and the next events are seen at once."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from apps.core.models import Heartbeat
from apps.events.actions import add_default_rules, plan_reminders, save_event
from apps.members.models import Invitation, JoinRequest
from apps.notifications import outbox, reminders
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.recipients import recipient_of
from tests.make import NOW, make_event, make_invitation, make_join_request, make_member, make_participation


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)

    def read():
        return client.get(reverse("admin:index")).content.decode()

    return read


def test_a_scheduler_never_seen_is_red(desk):
    assert "Scheduler was never seen" in desk()


def test_a_beating_scheduler_is_calm(desk):
    for name in ("mail", "work"):
        Heartbeat.strike(name, NOW - timedelta(seconds=20))

    page = desk()

    assert "Scheduler</b>" in page
    assert "silent" not in page


def test_one_silent_queue_is_red(desk):
    Heartbeat.strike("mail", NOW)
    Heartbeat.strike("work", NOW - timedelta(minutes=5))

    assert "Scheduler silent for 5\xa0minutes" in desk()


def test_failed_and_unclear_mail_is_listed_with_its_button(desk, group, member):
    event = make_event(group=group)
    outbox.notify("event_invitation", event, [recipient_of(member), recipient_of(make_member())], "x")
    failed, unclear = OutgoingMail.objects.order_by("pk")
    OutgoingMail.objects.filter(pk=failed.pk).update(state="failed", reason="550 no such user")
    OutgoingMail.objects.filter(pk=unclear.pk).update(state="unclear")

    page = desk()

    again = reverse("admin:notifications_outgoingmail_send-again")
    assert "1 failed" in page
    assert "1 unclear" in page
    assert "550 no such user" in page
    assert all(f"{again}?id={mail.pk}" in page for mail in (failed, unclear))


def test_what_is_begun_most_often_stands_at_the_top_and_opens(desk, client):
    page = desk()

    ways = re.search(r'<ul class="object-tools ways">(.*?)</ul>', page, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)">([^<]+)</a>', ways[1])
    assert found == [
        (reverse("admin:events_event_add"), "New event"),
        (reverse("admin:members_invitation_import"), "Import members from a file"),
    ]
    assert ways.start() < page.index('class="pulse"')
    assert [client.get(url).status_code for url, _words in found] == [200, 200]


def rows_of(page, caption):
    """The rows of one table of the desk as lists of words."""
    table = re.search(rf"<caption>\s*(?:<a[^>]*>)?{caption}.*?</table>", page, re.DOTALL)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[unescape(" ".join(re.sub(r"<[^>]+>", " ", cell).split())) for cell in row] for row in cells]


def test_what_leaves_within_a_day_stands_by_time_with_how_many_it_reaches(desk, group, coordinator):
    coordinator.time_zone = "Asia/Tokyo"
    coordinator.save()
    event = make_event(group=group, title="Round <table>", starts_at=NOW + timedelta(hours=30))
    for answer in ("yes", "maybe", "maybe", "no", ""):
        make_participation(event=event, member=make_member(), answer=answer)
    make_participation(event=event, member=make_member(), answer="maybe", withdrawn_at=NOW)
    rule = event.reminder_rules.create(audience="interested", minutes_before=60 * 24)
    event.reminder_rules.create(audience="unanswered", minutes_before=60 * 12)
    event.reminder_rules.create(audience="everyone", minutes_before=60)
    plan_reminders(event)
    for _number in range(2):
        invitation = make_invitation(group=group, state="sent", expires_at=NOW + timedelta(days=7, hours=2))
        reminders.plan(invitation, [reminders.Planned("x", "invitation", NOW, NOW + timedelta(hours=2), NOW)])
    outbox.notify("event_message", event, [recipient_of(make_member())], "a", due_at=NOW - timedelta(minutes=1))
    outbox.notify("event_message", event, [recipient_of(make_member())], "b", due_at=NOW + timedelta(hours=25))

    page = desk()

    assert rows_of(page, "Due within a day")[1:] == [
        ["Mon 17:59", "Message to the participants of an event", "1", "goes out now"],
        ["Mon 20:00", "Invitation to a group", "2", "planned"],
        ["Tue 00:00", "Reminder of an event: Round <table>", "3", "planned"],
        ["Tue 12:00", "Request to answer an invitation: Round <table>", "1", "planned"],
    ]
    assert f"{reverse('admin:events_event_reminders', args=[event.pk])}?rule={rule.pk}" in page


def test_a_change_that_settles_is_due_until_it_is_undone(desk, group, coordinator):
    event = make_event(group=group, title="Round table", place="Room 1")
    quiet = make_event(group=group, title="Nobody invited", place="Room 1")
    for answer in ("yes", "no", ""):
        make_participation(event=event, member=make_member(), answer=answer)

    def move(place):
        for each in (event, quiet):
            each.place = place
            save_event(actor=coordinator, event=each, now=NOW)

    move("Room 2")
    settling = rows_of(desk(), "Due within a day")[1:]
    move("Room 1")

    assert [row[1:] for row in settling] == [
        ["Change of time, place or link of an event: Round table", "2", "can still be undone"]
    ]
    assert rows_of(desk(), "Due within a day") == [["Nothing leaves until this time tomorrow."]]


@pytest.mark.parametrize("asked", [0, 1, 5, 7])
def test_invitations_nobody_sent_yet_wait_beside_the_requests(desk, group, asked):
    for number, state in enumerate(("prepared", "prepared", "sent", "revoked")):
        make_invitation(group=group, address=f"new{number}@example.net", state=state)
    Invitation.objects.filter(address="new0@example.net").update(created_at=NOW - timedelta(days=3))
    for number in range(asked):
        make_join_request(organisation=f"Office {number}", country="GH")

    page = desk()

    rows = [row[0] for row in rows_of(page, "Waiting for you")]
    assert rows[:-1] == [
        *[f"Request to join: Office {number}, Ghana" for number in range(min(asked, 5))],
        *(["2 further requests to join"] if asked == 7 else []),
    ]
    assert rows_of(page, "Waiting for you")[-1] == ["2 invitations prepared, not sent", "3 days"]
    assert f"{reverse('admin:members_invitation_changelist')}?state__exact=prepared" in page


def test_reminders_for_the_zones_of_the_readers_are_one_line(desk, group):
    event = make_event(group=group, title="Round table", starts_at=NOW + timedelta(hours=30))
    for zone in ("Asia/Tokyo", "America/Lima", "Europe/Berlin"):
        make_participation(event=event, member=make_member(time_zone=zone), answer="yes")
    event.reminder_rules.create(audience="attending", days_before=1, at_time="23:00", clock="reader")
    plan_reminders(event)
    assert Reminder.objects.count() > 2

    assert rows_of(desk(), "Due within a day")[1:] == [
        ["Mon 22:00", "Reminder of an event: Round table", "3", "planned"]
    ]


def test_what_waits_for_a_person_is_listed_with_its_age(desk, group, member):
    outbox.notify("event_invitation", make_event(group=group), [recipient_of(member)], "x")
    OutgoingMail.objects.update(state="unclear", updated_at=NOW - timedelta(hours=3))
    for days in (9, 5, 4, 3, 2, 1):
        asked = make_join_request(organisation=f"Registry & office {days}", country="GH")
        JoinRequest.objects.filter(pk=asked.pk).update(created_at=NOW - timedelta(days=days))
    make_join_request(organisation="Decided", state="declined")

    page = desk()

    assert rows_of(page, "Waiting for you") == [
        ["1 mail unclear: sent or not?", "3 hours"],
        ["Request to join: Registry & office 9, Ghana", "1 week"],
        *[[f"Request to join: Registry & office {days}, Ghana", f"{days} days"] for days in (5, 4, 3, 2)],
        ["1 further request to join", ""],
    ]
    assert page.count('<td class="bad">') == 2


def test_an_empty_desk_says_so(desk):
    page = desk()

    assert rows_of(page, "Due within a day") == [["Nothing leaves until this time tomorrow."]]
    assert rows_of(page, "Waiting for you") == [["Nothing waits for you."]]


def test_the_desk_says_which_day_and_zone_it_is(desk, coordinator):
    coordinator.time_zone = "Pacific/Apia"
    coordinator.save()

    page = " ".join(desk().split())

    assert "<h1>Monday 1 March 2027</h1>" in page
    assert "22:00 in Apia (UTC+13). Every time on this desk is Apia time." in page


def test_the_next_events_come_with_their_answers(desk, group, coordinator):
    coordinator.time_zone = "Asia/Tokyo"
    coordinator.save()
    event = make_event(group=group, title="Round table")
    for count, answer in enumerate(("yes", "maybe", "no", ""), start=1):
        for _number in range(count):
            make_participation(event=event, member=make_member(), answer=answer)
    for answer in ("yes", ""):
        make_participation(event=event, member=make_member(), answer=answer, withdrawn_at=NOW, has_seat=False)
    add_default_rules(event)
    plan_reminders(event)
    make_event(group=group, title="Nobody asked yet", starts_at=NOW + timedelta(days=31))
    other = make_event(group=group, title="Webinar", starts_at=NOW + timedelta(days=32))
    make_participation(event=other, member=make_member(), answer="no")
    make_event(group=group, title="Only a draft", state="draft")
    make_event(group=group, title="Over", starts_at=NOW - timedelta(days=1))

    page = desk()

    assert rows_of(page, "Next events") == [
        ["Your time", "Event", "Yes", "Maybe", "No", "Open", "Answers", "Next mail"],
        ["Wed 31 Mar, 18:00", "Round table Group", "1", "2", "3", "4", "", "Sun 21 Mar, 18:00"],
        ["Thu 1 Apr, 18:00", "Nobody asked yet Group", "0", "0", "0", "0", "", "–"],
        ["Fri 2 Apr, 18:00", "Webinar Group", "0", "0", "1", "0", "", "–"],
    ]
    bar = re.findall(r'(?:viewBox|width)="([^"]+)"', page[page.index('<svg class="meter"') :].partition("</svg>")[0])
    assert bar == ["120", "0 0 10 8", "1", "2", "7"]


def test_the_page_of_one_app_lists_its_records_and_says_nothing_of_what_waits(desk, client, group):
    make_join_request(group=group)
    assert "Nothing waits for you." not in desk()

    page = client.get("/admin/events/").content.decode()

    assert "<h1>Events administration</h1>" in page
    assert reverse("admin:events_participation_changelist") in page
    assert "waits for you" not in page
