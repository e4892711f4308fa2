"""The ledger in the admin: each mail as it was sent, links masked, sign-in mail never, "send again" after a look."""

import re
from collections import Counter

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.events.models import Event
from apps.notifications import outbox, reminders
from apps.notifications.abouts import keys_by_word
from apps.notifications.models import Announcement, OutgoingMail, Reminder, Suppression
from apps.notifications.recipients import recipient_of
from apps.notifications.reminders import Planned
from tests.make import (
    NOW,
    make_circulation,
    make_event,
    make_member,
    make_participation,
    make_publication,
    make_thread,
)

LIST = "admin:notifications_outgoingmail_changelist"
State = OutgoingMail.State


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def mail(group):
    """A sent invitation whose stored bodies hold a placeholder for the link that answers."""
    reader = make_member("reader@example.org", name="Rita Reader")
    event = make_event(group=group, title="Round table")
    part = make_participation(event=event, member=reader)
    outbox.notify("event_invitation", event, [recipient_of(reader)], "invited:1")
    mail = OutgoingMail.objects.get()
    mail.state, mail.subject, mail.sent_to = State.SENT, "Invitation: Round table", "reader@example.org"
    mail.text_body = f"Answer: https://portal.example.org/rsvp/{part.placeholder}/\n"
    mail.html_body = f'<a href="https://portal.example.org/rsvp/{part.placeholder}/" style="color:red">Answer</a>'
    mail.written_at = mail.sent_at = NOW
    mail.save()
    return mail


def change_url(mail):
    return reverse("admin:notifications_outgoingmail_change", args=[mail.pk])


def html_url(mail):
    return reverse("admin:notifications_outgoingmail_html", args=[mail.pk])


def test_a_mail_shows_as_it_was_sent_with_its_links_masked(office, mail):
    page = office.get(change_url(mail)).content.decode()
    html = office.get(html_url(mail))

    part = Event.objects.get().participations.get()
    assert "Answer: https://portal.example.org/rsvp/•••/" in page
    assert mail.message_id.strip("<>") in page
    assert "reader@example.org" in page
    assert html.content.decode() == '<a href="https://portal.example.org/rsvp/•••/" style="color:red">Answer</a>'
    for answer in (page, html.content.decode()):
        assert part.token not in answer
        assert "~~" not in answer
        assert mail.token not in answer


def test_the_html_part_stands_under_a_policy_that_lets_it_do_nothing(office, mail):
    answer = office.get(html_url(mail))

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_sign_in_mail_shows_no_body(office, member):
    outbox.notify_sealed(recipient_of(member), "Your code", "The code is 123456", "<p>123456</p>")
    mail = OutgoingMail.objects.get()
    OutgoingMail.objects.update(text_body="The code is 123456", html_body="123456")

    page = office.get(change_url(mail)).content.decode()

    assert "What this mail says is not shown" in page
    assert "123456" not in page
    assert office.get(html_url(mail)).status_code == 404


def test_a_mail_about_something_gone_shows_no_body(office, mail):
    Event.objects.get().participations.all().delete()
    Event.objects.all().delete()

    page = office.get(change_url(mail))

    assert page.status_code == 200
    assert "What this mail says is not shown" in page.content.decode()


@pytest.mark.parametrize("who", ["stranger", "member", "chair"])
def test_the_ledger_is_closed_to_everyone_but_staff(client, request, mail, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    urls = [reverse(LIST), change_url(mail), html_url(mail), reverse("admin:notifications_outgoingmail_send-again")]

    assert {client.get(url).status_code for url in urls} == {302 if who == "stranger" else 403}


def test_nothing_in_the_ledger_can_be_changed(office, mail):
    OutgoingMail.objects.update(state=State.FAILED)

    answers = [
        office.post(change_url(mail), {"state": "sent"}),
        office.get("/admin/notifications/outgoingmail/add/"),
        office.post(reverse("admin:notifications_outgoingmail_delete", args=[mail.pk]), {"post": "yes"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert OutgoingMail.objects.get().state == State.FAILED


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"state__exact": "sent"}, 1),
        ({"state__exact": "failed"}, 0),
        ({"needs": "hand"}, 0),
        ({"kind": "event_invitation"}, 1),
        ({"kind": "invitation"}, 0),
        ({"q": "reader@"}, 1),
        ({"q": "rita"}, 1),
        ({"q": "nobody"}, 0),
    ],
)
def test_mails_are_found(office, mail, query, found):
    assert len(office.get(reverse(LIST), query).context["cl"].result_list) == found


@pytest.fixture
def things(group, coordinator):
    """One mail about each kind of thing, by the title of the thing."""
    reader = make_member("ann@example.org", name="Ann Reader", group=group)
    event = make_event(group=group, title="Registries and their links")
    paper = make_publication(group=group, state="draft", title="Letters of authorisation")
    circulation = make_circulation(publication=make_publication(group=group, title="Registries in circulation"))
    thread = make_thread(group=group, title="Baselines, again")
    kinds = {
        event: "event_message",
        paper: "publication_published",
        circulation: "circulation_reminder",
        thread: "thread_post",
    }
    for thing, kind in kinds.items():
        outbox.notify(kind, thing, [recipient_of(reader)], "x")
    outbox.notify("event_message", event, [recipient_of(make_member("bo@example.org", name="Bo"))], "x")
    return {"event": event, "paper": paper, "circulation": circulation, "thread": thread}


def found_by(office, words):
    """The keys of the things whose mails are found, with how many; within the budget."""
    office.get(reverse(LIST))
    with CaptureQueriesContext(connection) as queries:
        found = office.get(reverse(LIST), {"q": words}).context["cl"].result_list
    assert len(queries) <= 15
    return Counter(mail.about_key.partition(":")[0].partition(".")[2] for mail in found)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("registries", {"event": 2, "circulation": 1}),
        ("REGISTRIES links", {"event": 2}),
        ("ann registries", {"event": 1, "circulation": 1}),
        ('"of authorisation"', {"publication": 1}),
        ("baselines", {"thread": 1}),
        ("bo@example.org", {"event": 1}),
        ("nothing-like-it", {}),
        ("'", {}),
    ],
)
def test_mails_are_found_by_words_of_what_they_are_about(office, things, words, found):
    assert found_by(office, words) == found


def test_search_of_the_ledger_reads_no_text_of_all_rows(office, things):
    cl = office.get(reverse(LIST), {"q": "registries"}).context["cl"]

    plan = cl.queryset.explain()

    if connection.vendor == "sqlite":
        assert "SCAN notifications_outgoingmail" not in plan
        assert "mail_about" in plan


def test_mails_about_a_thing_that_one_may_not_see_are_not_found_by_its_words(things, member):
    key = f"events.event:{things['event'].pk}"
    inside, outside = (
        keys_by_word(["registries"], reader)["registries"] for reader in (member, make_member("out@example.org"))
    )

    assert (key in inside, key in outside) == (True, False)


def test_list_narrowed_down_to_a_thing_is_called_after_it(office, things):
    key = f"events.event:{things['event'].pk}"

    page = office.get(reverse(LIST), {"about_key": key})

    assert "Mails about “Registries and their links”" in page.text
    assert page.context["cl"].result_count == 2
    assert "Outgoing mail</h1>" in office.get(reverse(LIST), {"about_key": "events.event:x"}).text


@pytest.mark.parametrize(
    ("name", "thing", "count"),
    [
        ("events_event", "event", 2),
        ("publications_publication", "paper", 1),
        ("publications_circulation", "circulation", 1),
    ],
)
def test_screen_of_a_thing_leads_to_its_mails_by_state(office, things, name, thing, count):
    row = things[thing]
    OutgoingMail.objects.filter(member__name="Ann Reader").update(state="failed")

    page = office.get(reverse(f"admin:{name}_change", args=[row.pk])).text

    url = f"{reverse(LIST)}?about_key={name.replace('_', '.')}%3A{row.pk}"
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert f"{count} mail{'s' if count > 1 else ''} about this" in words
    assert "1 failed" in words
    assert f'href="{url}"' in page
    assert f'href="{url}&amp;state__exact=failed"' in page
    assert office.get(f"{url}&state__exact=failed").context["cl"].result_count == 1


def test_sending_again_asks_first_and_queues_once(office, mail):
    OutgoingMail.objects.update(state=State.UNCLEAR, reason="its worker died while sending")
    url = reverse("admin:notifications_outgoingmail_send-again")
    assert f"{url}?id={mail.pk}" in office.get(change_url(mail)).content.decode()

    page = office.get(f"{url}?id={mail.pk}")
    assert OutgoingMail.objects.get().state == State.UNCLEAR
    assert "reader@example.org · Invitation: Round table · unclear its worker died" in page.content.decode()
    chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]
    office.post(url, {"chosen": chosen})
    second = office.post(url, {"chosen": chosen}, follow=True)

    again = OutgoingMail.objects.get()
    assert (again.state, again.message_id) == (State.QUEUED, mail.message_id)
    assert "This was done already." in second.content.decode()


def test_a_sent_mail_is_not_offered_again(office, mail):
    page = office.get(f"{reverse('admin:notifications_outgoingmail_send-again')}?id={mail.pk}", follow=True)

    assert "Nothing to do" in page.content.decode()
    assert OutgoingMail.objects.get().state == State.SENT


def test_announcements_and_reminders_are_only_read(office, mail, coordinator):
    about = {"about_type": ContentType.objects.get_for_model(Event), "about_id": Event.objects.get().pk}
    announcement = Announcement.objects.create(
        kind="event_message", occasion="x", member_ids=[1, 2, 3], made_by=coordinator, title="Room", **about
    )
    reminder = Reminder.objects.create(
        rule="events.reminderrule:1", kind="event_reminder", anchor_at=NOW, due_at=NOW, expires_at=NOW, **about
    )

    for row in (announcement, reminder):
        url = reverse(f"admin:notifications_{row._meta.model_name}_change", args=[row.pk])
        page = office.get(url).content.decode()
        assert "Round table" in page
        assert 'name="_save"' not in page
        assert office.post(url, {}).status_code == 403


def test_a_suppressed_address_notes_who_made_it(office, coordinator):
    office.post(reverse("admin:notifications_suppression_add"), {"address": "Gone@Example.org", "reason": "asked"})
    second = office.post(reverse("admin:notifications_suppression_add"), {"address": "gone@example.org"})

    row = Suppression.objects.get()
    assert (row.address, row.made_by) == ("gone@example.org", coordinator)
    assert "This address is suppressed already." in second.content.decode()


def test_an_address_no_mail_server_takes_is_not_suppressed(office):
    answer = office.post(reverse("admin:notifications_suppression_add"), {"address": "ſtaff@example.org"})

    assert "plain letters only" in answer.content.decode()
    assert not Suppression.objects.exists()


def test_reminders_mark_what_is_under_the_chatham_house_rule(office, group):
    about = {
        "quiet": make_thread(group=group, mode="unattributed", title="zq7-quiet"),
        "named": make_thread(group=group, title="zq7-named"),
        "closed": make_event(group=group, is_chatham_house=True, title="zq7-closed"),
        "open": make_event(group=group, title="zq7-open"),
    }
    planned = Planned("some.rule:1", "event_reminder", anchor_at=NOW, due_at=NOW, expires_at=NOW)
    for thing in about.values():
        reminders.add(thing, planned)

    rows = office.get(reverse("admin:notifications_reminder_changelist")).text.split("<tr>")

    marked = {name for name in about for row in rows if f"zq7-{name}" in row and "Chatham House Rule" in row}
    assert marked == {"quiet", "closed"}
