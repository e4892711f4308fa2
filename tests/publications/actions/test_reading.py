"""The worker reads versions: pages with their pictures and text, some at a time, whatever the file does."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from fpdf import FPDF
from PIL import Image

from apps.core.reading import process
from apps.publications.actions import read_next, reading
from apps.publications.models import Version, VersionPage
from tests.make import NOW, make_docx, make_pdf, make_publication, make_version

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def written_pdf(*pages, **options):
    """A PDF with a text on each page."""
    pdf = FPDF(**options)
    pdf.set_font("helvetica", size=12)
    for text in pages:
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    return bytes(pdf.output())


def make_waiting(content, **fields):
    return make_version(publication=make_publication(state="draft"), content=content, **fields)


def read_all(now=NOW, most=50):
    for _time in range(most):
        if not read_next(now):
            return


def pictures():
    _folders, found = default_storage.listdir("publications/pages")
    return set(found)


@pytest.fixture(autouse=True)
def swept():
    """Files outlive the transaction of a test."""
    if default_storage.exists("publications/pages"):
        for name in pictures():
            default_storage.delete(f"publications/pages/{name}")


def test_pages_get_their_pictures_and_their_text_where_it_stands():
    version = make_waiting(written_pdf("Corresponding adjustments", "Second page"))

    read_all()

    version.refresh_from_db()
    assert (version.reading, version.text) == ("ready", "Corresponding adjustments\fSecond page\f")
    assert (version.reading_tries, version.reading_until, version.reading_fault) == (0, None, "")
    first, second = version.page_set.order_by("number")
    assert (first.number, second.number, round(first.width), round(first.height)) == (1, 2, 595, 842)
    [[x, y, width, height, text]] = first.runs
    assert text == "Corresponding adjustments"
    assert (28 < x < 36, 28 < y < 45, 100 < width < 200, 5 < height < 20) == (True, True, True, True)
    with first.image.open() as opened:
        picture = Image.open(BytesIO(opened.read()))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (910, 1287))


def test_text_of_a_turned_page_stands_where_it_is_seen():
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(BytesIO(written_pdf("Turned"))))
    writer.pages[0].rotate(90)
    file = BytesIO()
    writer.write(file)
    version = make_waiting(file.getvalue())

    read_all()

    page = version.page_set.get()
    [[x, y, width, height, _text]] = page.runs
    assert (round(page.width), round(page.height)) == (842, 595)
    assert (x > 780, y < 45, height > width) == (True, True, True)


def test_poster_is_drawn_coarser_and_not_larger():
    version = make_waiting(written_pdf("Large", format=(3000, 1000)))

    read_all()

    with version.page_set.get().image.open() as opened:
        assert max(Image.open(BytesIO(opened.read())).size) == 2600


def test_long_document_is_read_in_parts_and_each_is_kept():
    version = make_waiting(written_pdf(*(f"Page {number}" for number in range(1, 46))))

    seen = []
    while read_next(NOW):
        version.refresh_from_db()
        seen.append((version.page_set.count(), version.reading))

    assert seen == [(20, "waiting"), (40, "waiting"), (45, "ready")]
    assert version.text.split("\f")[:-1] == [f"Page {number}" for number in range(1, 46)]
    assert len(pictures()) == 45


def test_docx_gives_its_paragraphs_in_order_with_tables_and_without_what_was_deleted():
    body = (
        "<w:p><w:r><w:t>1. Scope</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>Parties </w:t></w:r><w:del><w:r><w:delText>may</w:delText><w:t>gone</w:t></w:r></w:del>"
        "<w:r><w:t>shall</w:t><w:br/><w:t>report.</w:t></w:r></w:p><w:p/>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell &amp; more</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    version = make_waiting(make_docx(body=body), format="docx")

    read_all()

    version.refresh_from_db()
    assert (version.reading, version.text) == ("ready", "1. Scope\nParties shall report.\nCell & more")
    assert VersionPage.objects.count() == 0


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_file_that_can_not_be_read_is_tried_three_times_and_then_said_so(kind, caplog):
    version = make_waiting(b"%PDF-1.7 nothing", format=kind)

    tries = []
    for minutes in range(6):
        read_next(NOW + minutes * MINUTE)
        version.refresh_from_db()
        tries.append((version.reading_tries, version.reading))

    assert tries == [(1, "waiting"), (2, "waiting"), (2, "waiting"), (3, "failed"), (3, "failed"), (3, "failed")]
    assert version.reading_fault.endswith("The file itself can be downloaded.")
    assert "can not be read" in caplog.text


def test_child_that_dies_of_memory_loses_nothing_that_was_read(monkeypatch):
    """F21: the limit of memory is met on the second part; the pages before stay, and so does the worker."""
    version = make_waiting(written_pdf(*(f"Page {number}" for number in range(1, 31))))
    read_next(NOW)
    run = process.subprocess.run

    def starved(command, **options):
        return run(["prlimit", "--as=30000000", *command], **options)

    monkeypatch.setattr(process.subprocess, "run", starved)
    for minutes in range(5):
        read_next(NOW + minutes * MINUTE)

    version.refresh_from_db()
    assert (version.reading, version.page_set.count()) == ("failed", 20)
    assert (
        version.reading_fault == "Page 21 and those after it can not be shown here. The file itself can be downloaded."
    )
    assert version.text.startswith("Page 1\fPage 2\f")
    assert len(pictures()) == 20


def test_worker_that_died_is_waited_for_and_three_deaths_are_enough():
    version = make_waiting(written_pdf("One"))
    Version.objects.update(reading_tries=1, reading_until=NOW + MINUTE)
    assert not read_next(NOW)

    Version.objects.update(reading_tries=3, reading_until=NOW - MINUTE)
    assert read_next(NOW)
    version.refresh_from_db()
    assert (version.reading, version.page_set.count()) == ("failed", 0)


def test_worker_that_slept_over_its_time_writes_nothing(monkeypatch):
    version = make_waiting(written_pdf("One"))
    read = reading._read

    def overtaken(claimed):
        found = read(claimed)
        Version.objects.update(reading_until=NOW + 9 * MINUTE)
        return found

    monkeypatch.setattr(reading, "_read", overtaken)

    assert not read_next(NOW)
    assert (version.page_set.count(), pictures()) == (0, set())


def test_full_disk_counts_as_no_try_and_leaves_no_picture(monkeypatch, caplog):
    version = make_waiting(written_pdf("One", "Two", "Three"))
    save, saved = default_storage.save, []

    def save_until_full(name, content):
        saved.append(save(name, content))
        if len(saved) == 2:
            raise OSError(28, "No space left on device")
        return saved[-1]

    monkeypatch.setattr(default_storage, "save", save_until_full)
    read_next(NOW)

    version.refresh_from_db()
    assert (version.reading, version.reading_tries, version.reading_until) == ("waiting", 0, NOW + MINUTE / 2)
    assert len(saved) == 2
    assert pictures() == set()


def test_missing_file_is_given_up_and_does_not_hold_up_the_next(caplog):
    lost, sound = make_waiting(make_pdf()), make_waiting(written_pdf("One"))
    default_storage.delete(lost.file.name)

    for minutes in range(6):
        read_all(NOW + minutes * MINUTE)

    lost.refresh_from_db()
    sound.refresh_from_db()
    assert (lost.reading, sound.reading) == ("failed", "ready")
