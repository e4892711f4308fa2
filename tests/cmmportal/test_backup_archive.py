"""An archive that is not whole, not ours or not for this portal is refused in one line, before anything is touched."""

import json
import os
import shutil
import stat
import zipfile

import pytest
from django.utils import timezone

from apps.core import keys
from apps.core.refused import Refused
from cmmportal.backup import files, restoring, taking
from cmmportal.backup.archive import ArchiveReader, ArchiveWriter
from cmmportal.backup.manifest import NAME, Manifest, origin
from tests.make import NOW


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    (settings.MEDIA_ROOT / "papers").mkdir(parents=True)
    (settings.MEDIA_ROOT / "papers" / "one.pdf").write_bytes(b"one")
    return settings.MEDIA_ROOT


@pytest.fixture
def archive(db, media, tmp_path):
    """An archive with the files alone."""
    path = tmp_path / "backup.zip"
    with ArchiveWriter(path, Manifest.of_this_portal(NOW)) as writer:
        files.dump(writer)
        writer.finish()
    return path


def rewrite(path, change):
    """Let ``change`` alter {name: content} of the archive."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


def set_in_manifest(**fields):
    def change(parts):
        parts[NAME] = json.dumps(json.loads(parts[NAME]) | fields).encode()

    return change


def why(path):
    """The reason why the archive is refused."""
    with pytest.raises(Refused) as refusal:
        restoring.restore(path, NOW)
    return str(refusal.value)


def test_archive_is_private_and_says_what_it_holds(archive):
    with ArchiveReader(archive) as reader:
        reader.check_sums()
        manifest = reader.manifest

    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert manifest.parts["files/papers/one.pdf"]["bytes"] == 3
    assert ["core", "0001_initial"] in manifest.migrations
    assert manifest.origin == origin() != ""
    assert manifest.taken_at == NOW


def test_files_take_the_place_of_the_present_ones(archive, media):
    (media / "papers" / "one.pdf").write_bytes(b"changed")
    (media / "newer.pdf").write_bytes(b"newer")

    with ArchiveReader(archive) as reader, files.replacement(reader) as swap:
        assert (media / "newer.pdf").exists()
        swap()

    assert [path.read_bytes() for path in media.rglob("*") if path.is_file()] == [b"one"]
    assert sorted(path.name for path in media.parent.iterdir()) == ["backup.zip", "files"]


def replace_files(archive, act):
    """Let ``act`` do as a restore does while the archive's files are ready; it gets what swaps them in."""
    with ArchiveReader(archive) as reader, files.replacement(reader) as swap:
        act(swap)


def fail(*_arguments):
    raise Refused("no")


@pytest.mark.parametrize("act", [fail, lambda swap: fail(swap())])
def test_files_stay_when_the_restore_fails(archive, media, act):
    (media / "newer.pdf").write_bytes(b"newer")

    with pytest.raises(Refused):
        replace_files(archive, act)

    assert (media / "newer.pdf").exists()
    assert sorted(path.name for path in media.parent.iterdir()) == ["backup.zip", "files"]


def test_files_stay_when_the_new_ones_can_not_be_moved(archive, media):
    (media / "newer.pdf").write_bytes(b"newer")

    def lose_them_and_swap(swap):
        shutil.rmtree(media.with_name(".files.restoring"))
        swap()

    with pytest.raises(FileNotFoundError):
        replace_files(archive, lose_them_and_swap)

    assert (media / "newer.pdf").exists()
    assert sorted(path.name for path in media.parent.iterdir()) == ["backup.zip", "files"]


def test_files_that_a_killed_restore_had_moved_away_come_back(archive, media):
    media.rename(media.with_name(".files.replaced"))

    with pytest.raises(Refused):
        replace_files(archive, fail)

    assert (media / "papers" / "one.pdf").read_bytes() == b"one"


def test_links_are_not_followed(db, media, tmp_path):
    (tmp_path / "elsewhere").write_text("secret")
    (media / "link").symlink_to(tmp_path / "elsewhere")

    with ArchiveWriter(tmp_path / "other.zip", Manifest.of_this_portal(NOW)) as writer:
        assert files.dump(writer) == 1
        writer.finish()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_what_is_no_archive_is_refused(db, tmp_path, content):
    path = tmp_path / "backup.zip"
    path.write_bytes(content)

    assert why(path) == "It is not a backup of the portal, or it is cut off."


def test_a_missing_file_is_refused(db, tmp_path):
    assert why(tmp_path / "nothing.zip") == "It cannot be read: No such file or directory."


def test_a_cut_archive_is_refused(archive):
    os.truncate(archive, archive.stat().st_size - 100)

    assert "cut off" in why(archive)


def test_a_changed_part_is_refused(archive):
    rewrite(archive, lambda parts: parts.update({"files/papers/one.pdf": b"two"}))

    assert why(archive) == "It is damaged: files/papers/one.pdf is not as it was written."


def test_a_flipped_byte_is_refused(archive):
    content = bytearray(archive.read_bytes())
    place = content.index(b"one.pdf") + len(b"one.pdf") + 25
    content[place] ^= 0xFF
    archive.write_bytes(content)

    assert "damaged" in why(archive) or "cut off" in why(archive)


@pytest.mark.parametrize("name", ["files/more.pdf", "/etc/passwd", "../outside"])
def test_parts_that_are_not_listed_or_lead_outside_are_refused(archive, name):
    rewrite(archive, lambda parts: parts.update({name: b"x"}))

    assert why(archive) == "It holds other parts than its list of contents names."


def test_listed_parts_that_lead_outside_are_refused(archive):
    def change(parts):
        listed = json.loads(parts[NAME])
        listed["parts"]["files/../../outside"] = listed["parts"]["files/papers/one.pdf"]
        parts |= {NAME: json.dumps(listed).encode(), "files/../../outside": b"one"}

    rewrite(archive, change)

    assert why(archive) == "It holds other parts than its list of contents names."


def test_a_foreign_key_is_refused(archive, settings):
    settings.SECRET_KEY = "another-key-of-at-least-fifty-characters-in-all-0123456789"

    assert why(archive) == "It was taken with another SECRET_KEY; give that one in SECRET_KEY or SECRET_KEY_OLD."


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"format": 2}, "It has format 2; this portal reads format 1."),
        ({"engine": "oracle"}, "It was taken on oracle; this portal runs on "),
        ({"migrations": [["core", "0099_later"]]}, "It was taken by a newer version of the portal: core.0099_later"),
        ({"made_at": "yesterday"}, "Its list of contents cannot be read"),
        ({"unheard_of": 1}, "Its list of contents cannot be read"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(archive, fields, reason):
    rewrite(archive, set_in_manifest(**fields))

    assert why(archive).startswith(reason)


# Taking one.


def test_an_existing_file_is_never_overwritten(db, tmp_path):
    path = tmp_path / "backup.zip"
    path.write_text("precious")

    with pytest.raises(Refused, match="exists already"):
        taking.take(path, timezone.now())

    assert path.read_text() == "precious"


def test_a_missing_folder_is_named(db, tmp_path):
    with pytest.raises(Refused, match="There is no folder"):
        taking.take(tmp_path / "nowhere" / "backup.zip", timezone.now())


def test_a_wrong_key_is_refused(db, media, tmp_path, settings):
    keys.adopt()
    settings.SECRET_KEY = "another-key-of-at-least-fifty-characters-in-all-0123456789"

    with pytest.raises(Refused, match="SECRET_KEY is not the one this database was written with"):
        taking.take(tmp_path / "backup.zip", timezone.now())


def test_a_fault_leaves_nothing_behind(db, media, tmp_path, monkeypatch):
    def fill_disk(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "dump", fill_disk)
    monkeypatch.setattr(taking, "engine", lambda: type("Nothing", (), {"dump": lambda *_arguments: None}))
    target = tmp_path / "target"
    target.mkdir()

    with pytest.raises(Refused, match="The backup could not be written: No space left on device"):
        taking.take(target / "backup.zip", timezone.now())

    assert list(target.iterdir()) == []
