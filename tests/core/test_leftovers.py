"""What a killed process leaves among the files on their way in is removed, what is in use stays."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from apps.core.tasks import tick
from tests.make import NOW

LONG_AGO, JUST_NOW = NOW - timedelta(hours=2), NOW - timedelta(minutes=5)


@pytest.fixture
def folder(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


def leave(path, touched_at):
    os.utime(path, (touched_at.timestamp(), touched_at.timestamp()))


@pytest.mark.django_db
def test_file_and_folder_of_a_killed_process_are_removed_and_those_in_use_stay(folder, time_machine):
    time_machine.move_to(NOW)
    for name, touched_at in (("old", LONG_AGO), ("new", JUST_NOW)):
        (folder / f"{name}.upload.pdf").write_bytes(b"%PDF-")
        (folder / name).mkdir()
        (folder / name / "1.png").write_bytes(b"PNG")
        for path in (folder / name, folder / f"{name}.upload.pdf"):
            leave(path, touched_at)

    tick()

    assert {path.name for path in folder.iterdir()} == {"new", "new.upload.pdf"}
    tick()
    assert (folder / "new" / "1.png").exists()


@pytest.mark.django_db
def test_link_is_removed_and_not_what_it_leads_to(folder, tmp_path_factory, time_machine):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "kept").touch()
    (folder / "link").symlink_to(elsewhere)
    time_machine.move_to(NOW + timedelta(days=36500))

    tick()

    assert list(folder.iterdir()) == []
    assert (elsewhere / "kept").exists()


def test_folder_is_private_and_in_the_data_folder():
    folder = Path(django_settings.FILE_UPLOAD_TEMP_DIR)

    assert django_settings.DATA_DIR in folder.parents
    assert folder.stat().st_mode & 0o777 == 0o700
