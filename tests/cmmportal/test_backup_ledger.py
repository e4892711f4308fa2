"""Over a living database: what was sent since the backup is not sent again, and nothing leaves unasked."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType

from apps.core import carryover
from apps.events.models import Event
from apps.notifications import outbox
from apps.notifications.models import Hold, OutgoingMail, Reminder
from apps.notifications.recipients import recipient_of
from tests.carrying import carry_over, update
from tests.make import NOW, make_event, make_member, make_participation

State = OutgoingMail.State


@pytest.fixture
def event(group, member):
    event = make_event(group=group)
    make_participation(event=event, member=member)
    return event


def say(event, *members, kind="event_message", occasion="x"):
    outbox.notify(kind, event, [recipient_of(member) for member in members], occasion)
    return OutgoingMail.objects.order_by("-pk")[0]


def sent(**fields):
    later = NOW + timedelta(minutes=5)
    return {"state": State.SENT, "sent_at": later, "sent_to": "member@example.org", "server_reply": "250 ok"} | fields


def test_mail_sent_since_is_sent_and_not_again(event, member):
    mail = say(event, member)

    said = carry_over(update(mail, **sent(message_id="<theirs@x>")))

    mail.refresh_from_db()
    assert (mail.state, mail.server_reply, mail.message_id) == (State.SENT, "250 ok", "<theirs@x>")
    assert mail.sent_at == NOW + timedelta(minutes=5)
    assert said == ["1 mails sent or tried since the backup are not sent again."]


def test_mail_written_and_sent_since_is_known_without_its_body_and_its_links_work(event, member):
    tokens = []

    def send():
        mail = say(event, member, kind="event_reminder")
        update(mail, text_body="zq7-body", subject="Soon", **sent())()
        tokens.append(mail.token)

    carry_over(send)

    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.member, mail.subject, mail.text_body) == (State.SENT, member, "Soon", "")
    assert OutgoingMail.from_token(tokens[0]) == mail
    outbox.notify("event_reminder", event, [recipient_of(member)], "x")
    assert OutgoingMail.objects.get() == mail


def test_mail_to_somebody_the_backup_does_not_know_is_left_out(event):
    def send():
        update(say(event, make_member()), **sent())()

    carry_over(send)

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("living", "restored"),
    [
        ("sending", "unclear"),
        ("unclear", "unclear"),
        ("failed", "failed"),
        ("queued", "queued"),
        ("suppressed", "queued"),
    ],
)
def test_other_outcomes_since(event, member, living, restored):
    mail = say(event, member)

    carry_over(update(mail, state=living))

    mail.refresh_from_db()
    assert mail.state == restored


def make_reminder(event, **fields):
    fields = {"kind": "event_reminder", "rule": "events.reminderrule:1", "due_at": NOW, "state": "scheduled", **fields}
    about = ContentType.objects.get_for_model(Event)
    return Reminder.objects.create(
        about_type=about, about_id=event.pk, anchor_at=event.starts_at, expires_at=event.starts_at, **fields
    )


def test_reminder_sent_out_since_is_not_sent_out_again(event):
    reminder = make_reminder(event)

    carry_over(update(reminder, state="sent", sent_at=NOW, recipient_count=3))

    reminder.refresh_from_db()
    assert (reminder.state, reminder.recipient_count) == ("sent", 3)


def test_reminder_whose_mails_waited_goes_out_again_for_the_rest(event, member):
    reminder = make_reminder(event)

    def send_out():
        update(reminder, state="sent", sent_at=NOW)()
        mail = say(event, member, kind="event_reminder")
        update(mail, reminder=reminder)()

    carry_over(send_out)

    reminder.refresh_from_db()
    assert reminder.state == "scheduled"


def settle():
    return [sentence for one in carryover.settlers().values() for sentence in one(NOW - timedelta(hours=1), NOW)]


def test_restored_rows_are_free_and_on_hold(event, member):
    states = {}
    for state in ("queued", "claimed", "sending"):
        for kind in ("event_message", "event_cancelled", "account"):
            mail = say(event, member, kind=kind, occasion=state)
            is_security = kind == "account"
            update(mail, state=state, claim_token="t", lease_until=NOW, sealed=b"x" if is_security else b"")()
            states[mail.pk] = (state, kind)

    settle()

    outcome = {key: OutgoingMail.objects.get(pk=pk).state for pk, key in states.items()}
    assert outcome == {
        ("queued", "event_message"): "queued",
        ("claimed", "event_message"): "queued",
        ("sending", "event_message"): "unclear",
        ("queued", "event_cancelled"): "queued",
        ("claimed", "event_cancelled"): "queued",
        ("sending", "event_cancelled"): "queued",
        ("queued", "account"): "missed",
        ("claimed", "account"): "missed",
        ("sending", "account"): "missed",
    }
    assert not OutgoingMail.objects.filter(state__in=["claimed", "sending"]).exists()
    assert not OutgoingMail.objects.filter(kind="account").exclude(sealed=b"").exists()
    assert Hold.objects.get().released_at is None
