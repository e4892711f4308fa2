"""What may be sent as a DOCX: a text that brings no program, no other file and fetches nothing."""

import os
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.reading.process import verdict_of
from apps.core.uploads import DOCX, Checked, check_upload
from tests.make import DOCX_MAIN, make_docx, make_relations

MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
TEMPLATE = make_relations(("attachedTemplate", "https://evil.example/t.dotm"))
PICTURE = make_relations(("image", "https://evil.example/pixel.png"))
LINK = make_relations(("hyperlink", "https://unfccc.int/"))
MEGABYTE = 1024 * 1024
DEEP = "<w:p>" * 100_000 + "</w:p>" * 100_000
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">&b;</w:document>'
)
OUTSIDE_ENTITY = ENTITIES.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')


def upload_of(content, name="paper.docx"):
    return SimpleUploadedFile(name, content)


def fault_of(content):
    with pytest.raises(ValidationError) as refused:
        check_upload(upload_of(content))
    return refused.value.code


def part_of(name, content):
    return make_docx(parts={name: content})


def with_parts_named_twice():
    file = BytesIO(make_docx())
    with zipfile.ZipFile(file, "a") as package, pytest.warns(UserWarning, match="Duplicate name"):
        package.writestr("word/document.xml", "<other/>")
    return file.getvalue()


def lying_about_its_size():
    """Says in its directory that its text is small; a reader that trusts it would find the checksum wrong."""
    content = make_docx("x" * 3 * MEGABYTE)
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"PK\x05\x06"))
    return content[: entry + 24] + (1000).to_bytes(4, "little") + content[entry + 28 :]


def under_a_password():
    content = bytearray(make_docx())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    return bytes(content)


def test_docx_that_is_one_is_known_by_size_and_hash_and_has_no_pages():
    content = make_docx("Corresponding adjustments", "Second paragraph")
    checked = check_upload(upload_of(content, "Entwurf.docx"))

    assert (checked.format, checked.size, checked.pages, checked.name) == ("docx", len(content), None, "Entwurf.docx")
    assert isinstance(checked, Checked)


def test_docx_with_links_to_be_clicked_pictures_and_a_macro_in_its_name_passes():
    content = make_docx(parts={"word/_rels/document.xml.rels": LINK, "word/media/image1.png": b"\x89PNG"})

    assert check_upload(upload_of(content, "paper.docm")).format == "docx"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04" + b"x" * DOCX.max_bytes, "large"),
        (b"PK\x03\x04nothing", "broken"),
        (make_docx()[:-40], "broken"),
        (make_docx()[:200] + make_docx()[-22:], "broken"),
        (part_of("../evil.xml", "x"), "broken"),
        (with_parts_named_twice(), "broken"),
        (make_docx(body="<w:p><w:r>"), "broken"),
        (part_of("word/_rels/document.xml.rels", "<broken"), "broken"),
        (part_of("word/_rels/document.xml.rels", '<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'), "broken"),
        (make_docx(body=""), "empty"),
        (make_docx(" "), "empty"),
        (make_docx(main="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "other"),
        (make_docx(main=DOCX_MAIN.replace("document.main", "template.main")), "other"),
        (make_docx(main=MACRO_MAIN), "macros"),
        (part_of("word/vbaProject.bin", b"x"), "macros"),
        (part_of("word/activeX/activeX1.xml", "<x/>"), "macros"),
        (part_of("word/embeddings/sheet.xlsm", b"x"), "macros"),
        (part_of("word/_rels/settings.xml.rels", TEMPLATE), "outside"),
        (part_of("word/_rels/document.xml.rels", PICTURE), "outside"),
        (part_of("word/embeddings/oleObject1.bin", b"x" * 65530 + "Ole10Native".encode("utf-16-le")), "attachment"),
        (part_of("word/media/image1.bmp", b"\x00" * 210 * MEGABYTE), "bomb"),
        (part_of("word/media/image1.bmp", b"\x00" * 20 * MEGABYTE), "bomb"),
        (make_docx(parts={f"word/part{number}.xml": "" for number in range(5001)}), "bomb"),
        (lying_about_its_size(), "broken"),
        (under_a_password(), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"x" * 600, "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old"),
    ],
    ids=[
        "too large", "only a beginning", "cut off", "hole in the middle", "path out", "two texts", "broken text",
        "broken relations", "entities in relations", "no body", "no words", "spreadsheet", "template",
        "macros by its type", "macros by a part", "ActiveX", "embedded macros", "template from elsewhere",
        "picture from elsewhere", "packed program", "unpacks to too much", "packs too well", "too many parts",
        "lies about its size", "password", "sealed", "old Word",
    ],
)  # fmt: skip
def test_docx_that_is_not_fit_is_refused_for_what_it_is(content, fault):
    assert fault_of(content) == fault


@pytest.mark.parametrize("text", [ENTITIES, OUTSIDE_ENTITY], ids=["entities", "file of the server"])
def test_docx_whose_text_declares_entities_is_refused(text):
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(make_docx())) as sound, zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", sound.read("[Content_Types].xml"))
        package.writestr("word/document.xml", text)

    assert fault_of(file.getvalue()) == "broken"


def test_docx_nested_too_deeply_ends_the_reader_alone():
    assert fault_of(make_docx(body=DEEP)) in {"empty", "broken", "heavy"}


def test_archive_with_something_before_it_is_refused():
    page = b"PK\x03\x04<html><script>alert(1)</script></html>"

    assert fault_of(page + make_docx()) in {"double", "broken"}


def test_reader_has_no_network_no_programs_and_little_memory(tmp_path):
    """The limits themselves, tried from inside."""
    (tmp_path / "file").write_bytes(b"x")

    with (tmp_path / "file").open("rb") as file:
        tried = verdict_of("tests.core.trial_reader", file, seconds=20)

    assert tried == {"network": False, "program": False, "memory": False, "disk": False, "environment": ["LANG"]}


_ASKS = """
import sys
from apps.core.reading.process import verdict_of
verdict_of("tests.core.trial_sleeper", open(sys.argv[1], "rb"), sys.argv[2], seconds=100)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_process_that_reads_ends_with_the_one_that_started_it(tmp_path):
    file, begun = tmp_path / "file", tmp_path / "begun"
    file.touch()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cmmportal.settings"}
    asking = subprocess.Popen([sys.executable, "-c", _ASKS, file, begun], env=environment, cwd=settings.BASE_DIR)
    try:
        _wait_for(begun.exists)
        [reader] = Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text().split()
    finally:
        asking.kill()
        asking.wait()

    _wait_for(lambda: not Path(f"/proc/{reader}").exists())


def _wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
