"""Files come one after the other; none replaces another, and none is open before its paper is."""

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.refused import Refused
from apps.publications.actions import add_version, delete_publication, take_step
from apps.publications.models import Version
from apps.publications.models.version import FOLDER, PAGES_FOLDER
from tests.make import NOW, make_circulation, make_docx, make_pdf, make_publication, make_version

pytestmark = pytest.mark.django_db


def upload_of(content, name="paper.pdf"):
    return SimpleUploadedFile(name, content)


def files():
    _folders, found = default_storage.listdir("publications") if default_storage.exists("publications") else ([], [])
    return {f"publications/{name}" for name in found}


@pytest.fixture(autouse=True)
def swept():
    """Files outlive the transaction of a test."""
    for folder in (FOLDER, PAGES_FOLDER):
        if default_storage.exists(folder):
            for name in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}/{name}")


def test_version_is_kept_whole_under_a_name_of_its_own(coordinator):
    paper = make_publication(state="draft")
    content = make_pdf(pages=2)

    version = add_version(
        actor=coordinator, publication=paper, upload=upload_of(content, "Draft v1.pdf"), note="First.", now=NOW
    )

    version.refresh_from_db()
    assert version.file.read() == content
    version.file.close()
    assert (version.number, version.pages, version.format, version.note) == (1, 2, "pdf", "First.")
    assert (version.original_name, version.made_by, version.made_at) == ("Draft v1.pdf", coordinator, NOW)
    assert (version.reading, version.published_at) == ("waiting", None)
    assert files() == {version.file.name}
    assert "Draft" not in version.file.name


def test_numbers_count_up_and_the_same_file_twice_in_a_row_is_refused_and_leaves_nothing(coordinator):
    paper = make_publication(state="draft")
    first = add_version(actor=coordinator, publication=paper, upload=upload_of(make_pdf()), now=NOW)
    second = add_version(actor=coordinator, publication=paper, upload=upload_of(make_docx(), "paper.docx"), now=NOW)

    with pytest.raises(Refused, match="This is the file that is there already"):
        add_version(actor=coordinator, publication=paper, upload=upload_of(make_docx()), now=NOW)

    assert [(row.number, row.format, row.pages) for row in paper.versions.order_by("number")] == [
        (1, "pdf", 1),
        (2, "docx", None),
    ]
    assert files() == {first.file.name, second.file.name}


@pytest.mark.parametrize("who", ["chair", "member", "observer", "other_member", "suspended"])
def test_version_is_refused_to_all_but_the_secretariat(request, group, who):
    paper = make_publication(group=group, state="draft")

    with pytest.raises(Refused, match="You may not change this publication"):
        add_version(actor=request.getfixturevalue(who), publication=paper, upload=upload_of(make_pdf()), now=NOW)

    assert (Version.objects.count(), files()) == (0, set())


def test_unfit_file_is_refused_in_the_words_of_the_check(coordinator):
    paper = make_publication(state="draft")

    with pytest.raises(Refused, match="This PDF can not be read"):
        add_version(actor=coordinator, publication=paper, upload=upload_of(b"%PDF-1.7"), now=NOW)

    assert (Version.objects.count(), files()) == (0, set())


def test_full_disk_leaves_neither_row_nor_file(coordinator, monkeypatch, caplog):
    def full(self, name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    paper = make_publication(state="draft")

    with pytest.raises(Refused, match="There is no room for this file"):
        add_version(actor=coordinator, publication=paper, upload=upload_of(make_pdf()), now=NOW)

    assert (Version.objects.count(), files()) == (0, set())
    assert "could not be written" in caplog.text


@pytest.mark.parametrize("keeps_earlier", [True, False])
def test_new_file_of_what_is_published_is_open_at_once_and_earlier_ones_only_if_said(coordinator, keeps_earlier):
    paper = make_publication()
    make_version(publication=paper)

    add_version(
        actor=coordinator,
        publication=paper,
        upload=upload_of(make_pdf(pages=3)),
        now=NOW,
        keeps_earlier=keeps_earlier,
    )

    opened = list(paper.versions.exclude(published_at=None).order_by("number").values_list("number", flat=True))
    assert opened == ([1, 2] if keeps_earlier else [2])


def test_publishing_opens_the_newest_file_alone_and_taking_back_closes_all(coordinator):
    paper = make_publication(state="draft", licence="CC-BY-4.0")
    make_version(publication=paper)
    make_version(publication=paper, content=make_pdf(pages=2))

    def opened(state):
        take_step(actor=coordinator, publication=paper, state=state, now=NOW, note="Because.")
        return list(paper.versions.exclude(published_at=None).values_list("number", flat=True))

    assert opened("published") == [2]
    assert opened("draft") == []
    make_version(publication=paper, content=make_pdf(pages=3))
    assert opened("published") == [3]
    assert opened("withdrawn") == [3]


def test_deleted_draft_takes_its_files_along_and_nothing_else(coordinator, django_capture_on_commit_callbacks):
    draft, other = make_publication(state="draft"), make_publication(state="draft")
    make_version(publication=draft)
    kept = make_version(publication=other)

    with django_capture_on_commit_callbacks(execute=True):
        delete_publication(actor=coordinator, publication=draft)

    assert files() == {kept.file.name}


def test_published_or_circulated_publication_is_not_deleted(coordinator):
    circulated = make_publication(state="draft")
    make_circulation(publication=circulated, state="cancelled")

    with pytest.raises(Refused, match="Only drafts can be deleted"):
        delete_publication(actor=coordinator, publication=make_publication())
    with pytest.raises(Refused, match="It was circulated"):
        delete_publication(actor=coordinator, publication=circulated)


def test_publication_that_was_out_once_is_not_deleted(coordinator):
    paper = make_publication(state="draft")
    paper.steps.create(state="published", at=NOW)
    paper.steps.create(state="draft", at=NOW)

    with pytest.raises(Refused, match="published once"):
        delete_publication(actor=coordinator, publication=paper)
