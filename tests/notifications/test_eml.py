"""Delivery into files, as in the embedded mode."""

import os
from datetime import timedelta

import pytest

from apps.notifications import claims, outbox
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from apps.notifications.tasks import purge_old
from tests.make import NOW, make_event, make_participation

State = OutgoingMail.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    backend = {"BACKEND": "apps.notifications.eml.EmailBackend", "OPTIONS": {"folder": tmp_path / "mail"}}
    settings.MAILERS = {"default": backend, "bulk": backend}
    return tmp_path / "mail"


@pytest.fixture
def row(group, member):
    event = make_event(group=group)
    make_participation(event=event, member=member)
    outbox.notify("event_invitation", event, [recipient_of(member)], "a", due_at=NOW, expires_at=event.starts_at)
    return OutgoingMail.objects.get()


def deliver(now):
    Courier(lambda: now).deliver(seconds=20)


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_mail_becomes_one_whole_file_for_its_owner_only(folder, row):
    deliver(NOW)

    row.refresh_from_db()
    [path] = folder.iterdir()
    identity = row.message_id.strip("<").partition("@")[0]
    assert row.state == State.SENT
    assert path.name == f"{NOW:%Y%m%dT%H%M%S%f}-{identity[:40]}.eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().endswith(b"--\r\n")
    assert f"Message-ID: {row.message_id}".encode() in path.read_bytes()


def test_mail_that_goes_again_because_its_worker_died_is_the_same_file_and_no_second_one(folder, row):
    deliver(NOW)
    [written] = folder.iterdir()
    before = written.read_bytes()
    OutgoingMail.objects.update(state=State.SENDING, claim_token="x", lease_until=NOW)
    claims.sweep(NOW + timedelta(minutes=1))

    deliver(NOW + timedelta(minutes=2))

    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.SENT, 2)
    assert [path.read_bytes() for path in folder.iterdir()] == [before]
    assert names(folder) == [written.name]


def test_mail_that_finds_no_room_waits_and_leaves_no_half_file(folder, row, monkeypatch):
    def is_full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", is_full)
        deliver(NOW)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.QUEUED, "[Errno 28] No space left on device")
    assert names(folder) == []

    deliver(row.due_at)

    row.refresh_from_db()
    assert row.state == State.SENT
    assert len(names(folder)) == 1


def test_file_is_removed_after_90_days_and_not_before(folder, row, settings):
    settings.EML_FOLDER = folder
    deliver(NOW)
    [path] = folder.iterdir()

    for days, left in ((89, [path.name]), (91, [])):
        written_at = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (written_at, written_at))
        purge_old()
        assert names(folder) == left
