"""Old bodies are forgotten, and what is sent again after that is written anew; no code outlives its use."""

import os
from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.utils import timezone

from apps.notifications import outbox
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.notifications.purge import blank_expired_seals, purge_bodies
from apps.notifications.recipients import recipient_of
from apps.notifications.tasks import purge_old, tick
from tests.make import NOW, make_event

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def code(member):
    """A mail with a code that signs in."""
    return outbox.notify_sealed(recipient_of(member), "Code", "Your code: 123456", "<p>123456</p>")


@pytest.fixture
def folder(settings, tmp_path):
    settings.EML_FOLDER = tmp_path / "mail"
    settings.EML_FOLDER.mkdir()
    return settings.EML_FOLDER


def file_of_age(folder, name, age):
    written_at = (timezone.now() - age).timestamp()
    (folder / name).write_bytes(b"Your code: 123456")
    os.utime(folder / name, (written_at, written_at))


@pytest.mark.parametrize(("state", "is_written"), [("sent", True), ("failed", False), ("unclear", False)])
def test_old_body_is_forgotten_and_an_unfinished_mail_is_written_anew(group, member, state, is_written):
    outbox.notify("event_reminder", make_event(group=group), [recipient_of(member)], due_at=NOW)
    OutgoingMail.objects.update(state=state, text_body="Text", html_body="<p>Text</p>", written_at=NOW)

    purge_bodies(NOW + timedelta(days=1))

    row = OutgoingMail.objects.get()
    assert (row.text_body, row.html_body, row.written_at is not None) == ("", "", is_written)


@pytest.mark.parametrize(("age", "text"), [(89 * DAY, "Text"), (91 * DAY, "")])
def test_body_is_kept_for_90_days(group, member, folder, age, text):
    outbox.notify("event_reminder", make_event(group=group), [recipient_of(member)], due_at=timezone.now() - age)
    OutgoingMail.objects.update(state="sent", text_body="Text")

    purge_old()

    assert OutgoingMail.objects.get().text_body == text


def test_file_of_a_mail_is_kept_for_90_days(folder):
    file_of_age(folder, "new.eml", 89 * DAY)
    for name in ("old.eml", "half-written.part", "somebody's.txt"):
        file_of_age(folder, name, 91 * DAY)

    for _run in range(2):
        purge_old()

        assert {path.name for path in folder.iterdir()} == {"new.eml", "somebody's.txt"}


def test_without_a_folder_of_mails_there_is_nothing_to_remove(settings, tmp_path):
    settings.EML_FOLDER = tmp_path / "none"

    purge_old()

    assert not settings.EML_FOLDER.exists()


def test_code_that_expires_before_it_could_leave_is_missed_and_blanked(code):
    Courier(lambda: code.expires_at).deliver(seconds=20)

    code.refresh_from_db()
    assert (code.state, bytes(code.sealed)) == ("missed", b"")
    assert mailbox.outbox == []


def test_code_is_blanked_when_it_has_expired_and_not_before(code):
    assert blank_expired_seals(code.expires_at - MINUTE) == 0
    code.refresh_from_db()
    assert bytes(code.sealed) != b""

    assert blank_expired_seals(code.expires_at + MINUTE) == 1

    code.refresh_from_db()
    assert bytes(code.sealed) == b""
    assert blank_expired_seals(code.expires_at + MINUTE) == 0


def test_code_that_no_worker_takes_is_blanked_by_the_next_beat(code):
    """The mail worker may be down; the seal goes all the same."""
    OutgoingMail.objects.update(expires_at=timezone.now() - MINUTE)

    tick()

    code.refresh_from_db()
    assert (code.state, bytes(code.sealed)) == ("queued", b"")
