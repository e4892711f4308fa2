"""Delivery to a real SMTP server: what each refusal means, and the bytes on the wire."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError

from apps.notifications import outbox
from apps.notifications.actions import send_again
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.make import NOW, make_event, make_member, make_participation
from tests.notifications.away import fail_while_away
from tests.servers import free_port, mail_server

pytestmark = pytest.mark.django_db

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def server(settings):
    with mail_server() as server:
        settings.MAILERS = {name: {"BACKEND": SMTP, "OPTIONS": server.options} for name in ("default", "bulk")}
        yield server


def invite(event, address, kind="event_invitation"):
    person = make_member(address, name="Nguyễn Thị Minh Châu")
    make_participation(event=event, member=person)
    outbox.notify(kind, event, [recipient_of(person)], "a", due_at=NOW, expires_at=event.starts_at)
    return OutgoingMail.objects.get(member=person, kind=kind)


def deliver(now=NOW):
    return Courier(lambda: now).deliver(seconds=20)


def fate(row):
    row.refresh_from_db()
    return row.state, row.reason


def test_taken_mail_is_sent_with_the_servers_reply(server, group):
    row = invite(make_event(group=group), "ann@example.org")

    deliver()

    row.refresh_from_db()
    assert (row.state, row.server_reply, row.sent_to) == ("sent", "250 2.0.0 Taken as number 1", "ann@example.org")
    assert [box.recipients for box in server.received] == [["ann@example.org"]]


def test_one_connection_serves_the_batch_and_a_refused_recipient_stops_nobody(server, group):
    event = make_event(group=group)
    rows = [invite(event, f"{name}@example.org") for name in ("ann", "nobody", "bob", "full", "cem", "strange")]

    deliver()

    assert [fate(row)[0] for row in rows] == ["sent", "failed", "sent", "queued", "sent", "failed"]
    assert fate(rows[1])[1] == "550 5.1.1 No such user"
    assert [box.recipients[0] for box in server.received] == ["ann@example.org", "bob@example.org", "cem@example.org"]


def test_control_characters_in_a_servers_replies_stop_no_mail_and_are_not_kept(server, group):
    event = make_event(group=group)
    rows = [invite(event, f"{name}@example.org") for name in ("odd", "rude", "ann")]

    deliver()

    assert [fate(row) for row in rows] == [("sent", ""), ("failed", "550 5.1.1 No such user"), ("sent", "")]
    assert rows[0].server_reply == "250 2.0.0 Taken as number 1"


def test_temporary_refusal_is_tried_again_after_the_table_and_given_up_at_the_end(server, group):
    row = invite(make_event(group=group, starts_at=NOW + timedelta(hours=2)), "later@example.org")

    deliver()
    row.refresh_from_db()
    assert timedelta(minutes=1) <= row.due_at - NOW <= timedelta(minutes=1.2)
    waits = []
    while row.state == "queued":
        before = row.due_at
        deliver(before)
        row.refresh_from_db()
        waits.append(round((row.due_at - before).total_seconds() / 60))

    assert fate(row) == ("failed", "given up: 451 4.7.1 Greylisted, try later")
    assert row.attempts == 5
    assert [5 <= waits[0] <= 6, 15 <= waits[1] <= 18] == [True, True]


def test_retry_sends_the_same_bytes(server, group):
    row = invite(make_event(group=group), "ann@example.org")
    deliver()
    OutgoingMail.objects.update(state="queued")

    deliver(NOW + timedelta(minutes=5))

    first, second = server.received
    assert first.raw == second.raw
    assert fate(row)[0] == "sent"


@pytest.mark.parametrize(("kind", "state"), [("event_invitation", "queued"), ("event_answer_request", "unclear")])
def test_connection_dropped_after_the_data_follows_the_kind(server, group, kind, state):
    row = invite(make_event(group=group), "drop@example.org", kind)

    deliver()

    assert fate(row)[0] == state
    assert len(server.received) == 1


@pytest.mark.parametrize(("kind", "state"), [("event_invitation", "queued"), ("event_answer_request", "unclear")])
def test_answer_that_says_nothing_leaves_a_reason(server, group, kind, state):
    row = invite(make_event(group=group), "mute@example.org", kind)

    deliver()

    assert fate(row) == (state, "the server's answer can not be read")


def test_server_that_is_away_costs_no_attempt_and_no_mail(settings, group):
    settings.MAILERS = {
        name: {"BACKEND": SMTP, "OPTIONS": {"host": "127.0.0.1", "port": free_port(), "timeout": 5}}
        for name in ("default", "bulk")
    }
    event = make_event(group=group)
    rows = [invite(event, f"{name}@example.org") for name in ("ann", "bob")]

    deliver()

    assert [fate(row)[0] for row in rows] == ["queued", "queued"]
    assert [row.attempts for row in rows] == [0, 0]
    assert [row.due_at - NOW for row in rows] == [timedelta(minutes=1)] * 2


@pytest.mark.parametrize("name", ["nobody", "later"])
def test_refusal_is_kept_in_mind_while_the_database_is_away(server, group, name, monkeypatch):
    row = invite(make_event(group=group), f"{name}@example.org")
    courier = Courier(lambda: NOW)
    monkeypatch.setattr("apps.notifications.delivery.RECONNECT_FOR", 0)
    fail_while_away(monkeypatch, OutgoingMail, "finish", [True, True])
    with pytest.raises(OperationalError):
        courier.deliver(seconds=20)
    assert fate(row) == ("sending", "")

    courier.deliver(seconds=0)

    expected = {
        "nobody": ("failed", "550 5.1.1 No such user"),
        "later": ("queued", "451 4.7.1 Greylisted, try later"),
    }
    assert fate(row) == expected[name]


def test_mail_that_met_no_server_waits_and_is_in_no_doubt_although_the_database_was_away(settings, group, monkeypatch):
    away = {"host": "127.0.0.1", "port": free_port(), "timeout": 5}
    settings.MAILERS = {name: {"BACKEND": SMTP, "OPTIONS": away} for name in ("default", "bulk")}
    event = make_event(group=group)
    rows = [invite(event, f"{name}@example.org", "event_answer_request") for name in ("ann", "bob")]
    courier = Courier(lambda: NOW)
    monkeypatch.setattr("apps.notifications.delivery.RECONNECT_FOR", 0)
    fail_while_away(monkeypatch, OutgoingMail, "finish", [True, True])
    with pytest.raises(OperationalError):
        courier.deliver(seconds=20)

    courier.deliver(seconds=0)

    assert fate(rows[0])[0] == "queued"
    assert (rows[0].attempts, rows[0].due_at - NOW) == (0, timedelta(minutes=1))


def test_server_that_wants_a_password_first_costs_no_attempt_and_no_mail(server, group):
    event = make_event(group=group)
    rows = [invite(event, f"{name}@example.org") for name in ("ann", "bob")]
    server.box.wants_a_password = True

    deliver()

    assert {fate(row) for row in rows} == {("queued", "530 5.7.0 Authentication required")}
    assert {row.attempts for row in rows} == {0}
    server.box.wants_a_password = False
    deliver(NOW + timedelta(minutes=2))
    assert {fate(row)[0] for row in rows} == {"sent"}


@pytest.mark.parametrize("name", ["outside", "guarded"])
def test_recipient_for_whom_the_server_wants_a_password_stops_nobody_and_is_given_up(server, group, name):
    event = make_event(group=group, starts_at=NOW + timedelta(hours=2))
    rows = [invite(event, f"{each}@example.org") for each in ("ann", name, "bob")]

    deliver()

    refusal = "530 5.7.1 Authentication required to relay"
    assert [fate(row) for row in rows] == [("sent", ""), ("queued", refusal), ("sent", "")]
    assert rows[1].attempts == 1
    while rows[1].state == "queued":
        deliver(rows[1].due_at)
        rows[1].refresh_from_db()
    assert (fate(rows[1]), rows[1].attempts) == (("failed", f"given up: {refusal}"), 5)


def test_mail_that_met_no_server_is_written_anew_with_the_time_that_is_left(server, settings, group):
    event = make_event(group=group, starts_at=NOW + timedelta(hours=1))
    row = invite(event, "ann@example.org", "event_answer_request")
    there, away = settings.MAILERS, {"host": "127.0.0.1", "port": free_port(), "timeout": 5}
    settings.MAILERS = {name: {"BACKEND": SMTP, "OPTIONS": away} for name in there}
    deliver()
    assert (fate(row)[0], row.written_at, row.text_body, row.attachments) == ("queued", None, "", [])

    settings.MAILERS = there
    deliver(NOW + timedelta(minutes=50))

    assert fate(row)[0] == "sent"
    text = server.received[0].message.get_body(("plain",)).get_content()
    assert "starts in 10 minutes" in text
    assert "60 minutes" not in text


def test_mail_that_a_server_may_have_keeps_its_bytes_while_the_server_is_away(server, settings, group):
    row = invite(make_event(group=group), "later@example.org")
    deliver()
    written = (fate(row)[0], row.written_at, row.text_body)
    away = {"host": "127.0.0.1", "port": free_port(), "timeout": 5}
    settings.MAILERS = {name: {"BACKEND": SMTP, "OPTIONS": away} for name in settings.MAILERS}

    deliver(NOW + timedelta(hours=1))

    assert (fate(row)[0], row.written_at, row.text_body) == written == ("queued", NOW, row.text_body)


@pytest.mark.parametrize(("state", "place"), [("failed", "Geneva"), ("unclear", "Bonn")])
def test_mail_sent_again_says_what_holds_unless_it_may_have_arrived(server, group, coordinator, state, place):
    event = make_event(group=group, place="Bonn")
    row = invite(event, "nobody@example.org")
    deliver()
    OutgoingMail.objects.update(state=state)
    type(event).objects.update(place="Geneva")
    row.member.email = "ann@example.org"
    row.member.save()

    send_again(actor=coordinator, mail=row, now=NOW + timedelta(hours=1))
    deliver(NOW + timedelta(hours=2))

    [box] = server.received
    _text, calendar = box.message.get_payload()
    assert f"Where: {place}" in box.message.get_body(("plain",)).get_content()
    assert f"LOCATION:{place}" in calendar.get_payload(decode=True).decode()
    assert box.message["Message-ID"] == row.message_id


def test_wire_holds_to_the_rules(server, group):
    title = "Ärger, 王 and “quotes”; \u200fRTL 🌍 " + "long " * 30
    event = make_event(group=group, title=title[:200], agenda="ß" * 3000)
    invite(event, "ann@example.org")

    deliver()

    [box] = server.received
    head, _, body = box.raw.partition(b"\r\n\r\n")
    assert head.isascii()
    assert body.isascii()
    assert b"\n" not in box.raw.replace(b"\r\n", b"")
    assert max(map(len, box.raw.split(b"\r\n"))) <= 998
    assert [len(box.message.get_all(name)) for name in ("From", "Date", "Message-ID", "To", "Subject")] == [1] * 5
    assert box.message["Subject"].startswith("Invitation: Ärger, 王")
    assert len(box.message["Subject"]) <= 60
    assert box.message["Auto-Submitted"] == "auto-generated"


def test_sender_is_the_portal_and_replies_go_to_people(server, group, settings):
    settings.MAIL_FROM, settings.MAIL_REPLY_TO = "CMM-WG Portal <portal@example.net>", "Secretariat <help@example.net>"
    event = make_event(group=group)
    for kind in ("event_invitation", "event_answer_request"):
        invite(event, f"{kind}@example.org", kind)

    deliver()

    assert [box.sender for box in server.received] == ["portal@example.net"] * 2
    heads = [(box.message["From"], box.message["Reply-To"], box.message["Sender"]) for box in server.received]
    assert heads == [("CMM-WG Portal <portal@example.net>", "Secretariat <help@example.net>", None)] * 2
    assert all("mailto:" not in str(box.message["List-Unsubscribe"]) for box in server.received)


def test_calendar_is_an_attachment_with_publish_and_no_attendee(server, group):
    event = make_event(group=group, online_link="https://meet.example/secret")
    invite(event, "ann@example.org")

    deliver()

    [calendar] = server.received[0].message.iter_attachments()
    text = re.sub(r"\r?\n ", "", calendar.get_content())
    assert calendar.get_filename() == "event.ics"
    assert calendar.get_content_disposition() == "attachment"
    assert "METHOD:PUBLISH" in text
    assert "ATTENDEE" not in text
    assert "secret" not in text
    assert "ORGANIZER;CN=" in text


def test_no_mail_names_anybody_else(server, group):
    event = make_event(group=group)
    for name in ("ann", "bob", "cem"):
        invite(event, f"{name}@example.org")

    deliver()

    for box in server.received:
        others = {"ann", "bob", "cem"} - {box.recipients[0].partition("@")[0]}
        texts = [part.get_content() for part in box.message.walk() if part.get_content_maintype() == "text"]
        everything = "\n".join([*texts, *map(str, box.message.values())])
        assert not [name for name in others if f"{name}@" in everything]
