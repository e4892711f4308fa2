"""Sending again by hand: the same message, only when it failed or is unclear, always on the record."""

from datetime import timedelta

import pytest

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.notifications.actions import send_again
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_event, make_member

State = OutgoingMail.State


@pytest.fixture
def mail(group):
    person = make_member("reader@example.org")
    event = make_event(group=group)
    return OutgoingMail.objects.create(
        recipient_key=f"member:{person.pk}",
        member=person,
        kind="event_invitation",
        about=event,
        about_key=f"events.event:{event.pk}",
        state=State.FAILED,
        reason="550 no such user",
        attempts=5,
        lapses=5,
        due_at=NOW - timedelta(days=3),
        expires_at=NOW - timedelta(days=1),
        message_id="<kept@example.org>",
        subject="Invitation",
        text_body="Come.\n",
        written_at=NOW - timedelta(days=3),
    )


def test_failed_mail_waits_again_under_its_message_id_to_be_written_anew(mail, coordinator, now):
    send_again(actor=coordinator, mail=mail, now=now)

    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.attempts, mail.lapses) == (State.QUEUED, "", 0, 0)
    assert mail.message_id == "<kept@example.org>"
    assert (mail.written_at, mail.text_body, mail.html_body, mail.attachments) == (None, "", "", [])
    assert mail.expires_at == now + timedelta(days=1)
    entry = AuditEntry.objects.get(event="mail")
    assert (entry.actor, entry.about_id, entry.detail) == (coordinator, mail.pk, "send again: event_invitation")


def test_unclear_mail_waits_again_with_the_bytes_that_may_have_arrived(mail, coordinator, now):
    OutgoingMail.objects.update(state=State.UNCLEAR)

    send_again(actor=coordinator, mail=mail, now=now)

    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.attempts, mail.lapses) == (State.QUEUED, "", 1, 0)
    assert (mail.message_id, mail.text_body) == ("<kept@example.org>", "Come.\n")
    assert mail.written_at == NOW - timedelta(days=3)


def test_a_later_expiry_stays(mail, coordinator, now):
    OutgoingMail.objects.update(expires_at=now + timedelta(days=9))
    mail.refresh_from_db()

    assert send_again(actor=coordinator, mail=mail, now=now).expires_at == now + timedelta(days=9)


def test_a_purged_body_is_written_afresh(mail, coordinator, now):
    OutgoingMail.objects.update(state=State.UNCLEAR, text_body="", html_body="")
    mail.refresh_from_db()

    assert send_again(actor=coordinator, mail=mail, now=now).written_at is None


@pytest.mark.parametrize("state", [state for state in State if state not in (State.FAILED, State.UNCLEAR)])
def test_any_other_state_is_refused(mail, coordinator, now, state):
    OutgoingMail.objects.update(state=state)

    with pytest.raises(Refused, match="failed or is unclear"):
        send_again(actor=coordinator, mail=mail, now=now)

    mail.refresh_from_db()
    assert mail.state == state
    assert not AuditEntry.objects.filter(event="mail").exists()


def test_a_security_mail_is_refused(mail, coordinator, now):
    OutgoingMail.objects.update(kind="account")
    mail.refresh_from_db()

    with pytest.raises(Refused, match="sign-in mail"):
        send_again(actor=coordinator, mail=mail, now=now)


@pytest.mark.parametrize("who", ["member", "chair"])
def test_others_are_refused(mail, request, now, who):
    with pytest.raises(Refused, match="Only the secretariat"):
        send_again(actor=request.getfixturevalue(who), mail=mail, now=now)


def test_asking_twice_queues_once(mail, coordinator, now):
    send_again(actor=coordinator, mail=mail, now=now)

    with pytest.raises(Refused):
        send_again(actor=coordinator, mail=mail, now=now)
