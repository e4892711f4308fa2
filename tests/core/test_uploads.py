"""What may be sent as a PDF: one that is one, of a sane size, that can be read and holds nothing but pages."""

import logging
import re
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import RequestFactory
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from apps.core import refusals, uploads
from apps.core.uploadforms import MAX_REQUEST_BYTES, CappedUploadHandler, DiskUploadHandler, UploadField
from apps.core.uploads import PDF, Checked, check_upload
from tests.hostile import raw_pdf
from tests.make import make_docx, make_pdf


def upload_of(content, name="paper.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def fault_of(content, name="paper.pdf"):
    with pytest.raises(ValidationError) as refused:
        check_upload(upload_of(content, name))
    return refused.value.code


def written(writer):
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def pdf_with(change):
    """A PDF of one page after ``change`` did something to its writer."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    change(writer)
    return written(writer)


def test_pdf_that_is_one_is_known_by_size_hash_and_pages():
    content = make_pdf(pages=3)

    checked = check_upload(upload_of(content, "Über  Artikel 6.pdf"))

    assert checked == Checked("pdf", len(content), sha256(content).hexdigest(), 3, "Über Artikel 6.pdf")


def test_pdf_passes_from_a_temporary_file_and_can_still_be_read():
    content = make_pdf()
    with TemporaryUploadedFile("paper.pdf", "application/pdf", len(content), None) as upload:
        upload.write(content)
        upload.seek(0)

        assert check_upload(upload).pages == 1
        assert upload.read() == content


def test_pdf_of_as_many_pages_as_allowed_passes():
    assert check_upload(upload_of(make_pdf(pages=400))).pages == 400


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "nothing"),
        (b"%PDF-1.7\n" + b"x" * PDF.max_bytes, "large"),
        (b"<html><script>alert(1)</script></html>", "kind"),
        (b"<html><!--\n" + make_pdf() + b"--></html>", "kind"),
        (b"\x89PNG\r\n\x1a\n" + make_pdf(), "kind"),
        (b"PK\x03\x04" + make_pdf(), "broken"),
        (b"\n" + make_pdf(), "kind"),
        (b"%PDF-1.7", "broken"),
        (b"%PDF-1.7\n" + b"\x00\xff" * 5000 + b"\n%%EOF", "broken"),
        (make_pdf(pages=9)[:-300], "broken"),
        (make_pdf(pages=9)[:200] + b"\n%%EOF", "broken"),
        (make_pdf(pages=401), "long"),
        (make_pdf(pages=0), "empty"),
    ],
    ids=[
        "nothing", "too large", "web page", "web page around a PDF", "picture before a PDF", "archive before a PDF",
        "line before a PDF", "only a beginning", "noise", "cut off at the end", "cut off early", "too many pages",
        "no pages",
    ],
)  # fmt: skip
def test_file_that_is_no_readable_pdf_is_refused_for_what_it_is(content, fault):
    assert fault_of(content) == fault


def test_pdf_that_is_an_archive_as_well_is_refused():
    archive = BytesIO(make_pdf())
    with zipfile.ZipFile(archive, "a") as files:
        files.writestr("evil.html", "<script>")

    assert fault_of(archive.getvalue() + b"%%EOF") == "double"


@pytest.mark.parametrize("password", ["secret", ""])
def test_pdf_under_a_password_or_with_restrictions_is_refused(password):
    content = pdf_with(lambda writer: writer.encrypt(password, "owner", algorithm="AES-256"))

    assert fault_of(content) == "encrypted"


def open_with(**action):
    def change(writer):
        entries = {NameObject(f"/{name}"): value for name, value in action.items()}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(entries)

    return change


def stray_script(writer):
    """An object that nothing refers to: another reader may find a way to it."""
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer._add_object(DictionaryObject(script))


def page_action(writer):
    close = DictionaryObject({NameObject("/S"): NameObject("/Launch")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/C"): close})


def indirect_action(writer):
    named = writer._add_object(NameObject("/SubmitForm"))
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): named})


def attached_note(writer):
    note = DictionaryObject({NameObject("/Subtype"): NameObject("/FileAttachment")})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


def hidden_file(writer):
    stream = StreamObject()
    stream.set_data(b"MZ")
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    writer._add_object(stream)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (open_with(S=NameObject("/JavaScript"), JS=TextStringObject("app.alert(1)")), "active"),
        (open_with(S=NameObject("/Launch"), F=TextStringObject("calc.exe")), "active"),
        (stray_script, "active"),
        (page_action, "active"),
        (indirect_action, "active"),
        (lambda writer: writer.add_attachment("evil.exe", b"MZ"), "attachment"),
        (attached_note, "attachment"),
        (hidden_file, "attachment"),
    ],
    ids=["script", "launch", "stray script", "page action", "indirect", "attachment", "attached note", "hidden file"],
)
def test_pdf_that_acts_or_carries_files_is_refused(change, fault):
    assert fault_of(pdf_with(change)) == fault


def test_pdf_with_links_and_a_first_page_to_open_passes():
    content = pdf_with(open_with(S=NameObject("/GoTo"), D=ArrayObject([NumberObject(0), NameObject("/Fit")])))

    assert check_upload(upload_of(content)).pages == 1


SHARED = [b"<</Type/Pages/Count 1/Kids[%s]>>" % b" ".join([b"%d 0 R" % (number + 1)] * 10) for number in range(2, 12)]


@pytest.mark.parametrize(
    ("objects", "fault"),
    [
        ([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"], "broken"),
        ([b"<</Type/Catalog/Pages 2 0 R>>", *SHARED, b"<</Type/Page>>"], "long"),
        ([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[9 0 R]>>"], "broken"),
        ([b"<</Type/Catalog/Pages 2 0 R>>", b"2 0 R"], "broken"),
        ([b"<</Type/Catalog>>"], "broken"),
        ([b"<</Type/Catalog/Pages " + b"[" * 100_000 + b"]" * 100_000 + b">>"], "broken"),
        ([b"<</Type/Catalog/Pages " + b"<</Kids[" * 5000 + b"]>>" * 5000 + b">>"], "broken"),
    ],
    ids=["ring", "ten billion pages", "leads nowhere", "itself", "no tree", "deep", "deeper"],
)
def test_tree_of_pages_that_is_a_trap_is_refused(objects, fault):
    assert fault_of(raw_pdf(*objects)) == fault


def test_stream_that_unpacks_to_gigabytes_hurts_nobody():
    """A table of references that would fill the memory: the reader's own limit ends it."""
    writer = zipfile.zlib.compressobj(9)
    packed = b"".join(writer.compress(b"\x00" * 1_000_000) for _megabyte in range(600)) + writer.flush()
    stream = b"<</Type/XRef/W[1 2 1]/Size 150000000/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    bomb = b"%PDF-1.7\n1 0 obj\n" + stream + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"

    assert fault_of(bomb) == "broken"


def test_reader_that_takes_too_long_is_ended(monkeypatch, caplog):
    monkeypatch.setattr(uploads, "READER_SECONDS", 0.001)

    with caplog.at_level(logging.WARNING):
        assert fault_of(make_pdf()) == "heavy"

    assert [record.message for record in caplog.records] == [
        "A file could not be read within the limits (apps.core.reading.pdf)."
    ]


@pytest.mark.parametrize("name", ["", "a\x00.pdf", "../paper.pdf", "..", "a/b.pdf", "a\\b.pdf", "a\n.pdf", "x" * 256])
def test_name_that_is_a_path_or_hides_something_is_refused(name):
    upload = ContentFile(make_pdf(), name="x")
    upload.name = name

    with pytest.raises(ValidationError) as refused:
        check_upload(upload)

    assert refused.value.code == "name"


def test_name_says_nothing_about_what_a_file_is():
    assert check_upload(upload_of(make_pdf(), "paper.html")).pages == 1
    assert fault_of(b"MZ\x90\x00", "paper.pdf") == "kind"


def test_scanner_that_is_hung_in_sees_what_passed_so_far_and_has_the_last_word(monkeypatch):
    seen = []

    def scan(file):
        seen.append(file.read())
        raise ValidationError("A virus.", code="virus")

    monkeypatch.setattr(uploads, "scanners", [scan])

    assert fault_of(make_pdf()) == "virus"
    assert fault_of(b"<html>") == "kind"
    assert seen == [make_pdf()]


def test_every_refusal_is_a_sentence():
    sentences = [*refusals._ANY.values(), *refusals._OF_KIND.values(), refusals.KIND, refusals.OLD_WORD]

    assert [text for text in map(str, sentences) if not text.endswith(".")] == []
    assert len({*map(str, sentences)}) == len(sentences)


@pytest.mark.parametrize("module", ["pdf", "docx", "limits"])
def test_every_word_a_reader_may_say_has_its_sentence(module):
    source = (Path(uploads.__file__).parent / "reading" / f"{module}.py").read_text()
    words = set(re.findall(r"""Fault\("(\w+)"|"fault": "(\w+)\"""", source)) | {("heavy", "")}

    for word in {one or other for one, other in words}:
        assert refusals.sentence(word, module if module != "limits" else "")


def test_kind_that_is_not_accepted_here_is_refused_also_after_it_passed_elsewhere():
    upload = upload_of(make_docx(), "paper.docx")
    assert check_upload(upload).format == "docx"

    with pytest.raises(ValidationError, match="one of these: PDF"):
        check_upload(upload, accepted=[PDF])


def test_verdict_stays_with_the_file():
    upload = upload_of(make_pdf(pages=2))
    first = check_upload(upload)
    upload.file = BytesIO(make_pdf(pages=5))

    assert check_upload(upload) is first


def test_field_shows_the_sentence_and_accepts_nothing_where_nothing_is_asked():
    field = UploadField(accepted=[PDF], required=False)

    with pytest.raises(ValidationError, match=r"whatever its name says\. Please send one of these: PDF\."):
        field.clean(upload_of(b"<html>"))
    assert field.clean(None) is None


def cap_for(**cookies):
    request = RequestFactory().post("/")
    request.COOKIES.update(cookies)
    return CappedUploadHandler(request)


def kept_of_200_mb(handler):
    chunk = b"x" * 65536
    return sum(len(handler.receive_data_chunk(chunk, 0) or b"") for _number in range(3200))


def test_request_fills_no_more_of_the_disk_than_the_largest_file_needs(settings):
    handler = cap_for(**{settings.SESSION_COOKIE_NAME: "x"})

    assert PDF.max_bytes < kept_of_200_mb(handler) <= MAX_REQUEST_BYTES


def test_of_a_request_without_a_session_nothing_is_kept():
    assert kept_of_200_mb(cap_for(theme="dark")) == 0


def full(*_arguments):
    raise OSError(28, "No space left on device")


def test_upload_that_finds_no_room_on_the_disk_is_refused_and_leaves_nothing(monkeypatch, caplog):
    handler = DiskUploadHandler(RequestFactory().post("/"))
    handler.new_file("upload", "paper.pdf", "application/pdf", 1000, None)
    kept = Path(handler.file.temporary_file_path())
    monkeypatch.setattr(handler.file.file, "write", full)

    for start in range(3):
        handler.receive_data_chunk(b"x" * 100, start * 100)
    upload = handler.file_complete(300)

    with pytest.raises(ValidationError) as refused:
        UploadField().clean(upload)
    assert refused.value.code == "room"
    assert not kept.exists()
    assert [record.message for record in caplog.records] == ["There is no room for an upload."]


def test_upload_for_which_no_file_can_be_made_at_all_is_refused_as_well(settings):
    settings.FILE_UPLOAD_TEMP_DIR = settings.DATA_DIR / "nowhere"
    handler = DiskUploadHandler(RequestFactory().post("/"))
    handler.new_file("upload", "paper.pdf", "application/pdf", 1000, None)
    handler.receive_data_chunk(b"x" * 100, 0)

    with pytest.raises(ValidationError) as refused:
        UploadField().clean(handler.file_complete(100))
    assert refused.value.code == "room"


def test_upload_with_room_on_the_disk_is_kept_whole():
    content = make_pdf(pages=2)
    handler = DiskUploadHandler(RequestFactory().post("/"))
    handler.new_file("upload", "paper.pdf", "application/pdf", len(content), None)
    for start in range(0, len(content), 100):
        handler.receive_data_chunk(content[start : start + 100], start)

    with handler.file_complete(len(content)) as upload:
        assert check_upload(upload).sha256 == sha256(content).hexdigest()


def test_full_disk_while_a_file_is_checked_is_said_as_such(monkeypatch, caplog):
    monkeypatch.setattr(uploads.tempfile, "TemporaryFile", full)

    assert fault_of(make_pdf()) == "room"


def test_settings_put_the_cap_before_all_other_handlers(settings):
    assert settings.FILE_UPLOAD_HANDLERS[0].endswith(".CappedUploadHandler")
