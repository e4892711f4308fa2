"""Comments by spreadsheet: what each kind of file comes to, and that it is imported once."""

import re
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from apps.members.importlines import split
from apps.publications import actions
from apps.publications.models import Comment, CommentSheet, DraftComment
from apps.publications.tasks import tidy
from tests.make import NOW, make_circulation, make_comment, make_consultee, make_member, make_publication

pytestmark = pytest.mark.usefixtures("frozen")

HEADINGS = [
    "Commenter",
    "Line",
    "Clause/Subclause",
    "Paragraph/Figure/Table",
    "Type",
    "Comment",
    "Proposed change",
    "Observations",
]
ROW = ["zq7-somebody", "12", "2.10", "Table 1", "te", "Too long.", "Cut it.", "zq7-observed"]


@pytest.fixture
def circulation(group):
    paper = make_publication(group=group, state="circulating", visibility="group", slug="letters")
    return make_circulation(publication=paper)


@pytest.fixture
def writer(circulation, client):
    person = make_member(name="Wanda Writer")
    make_consultee(circulation=circulation, member=person)
    client.force_login(person)
    return person


def book(*rows, headings=HEADINGS, **more):
    made = Workbook()
    for row in ([headings] if headings else []) + list(rows):
        made.active.append(row)
    for merged in more.get("merged", ()):
        made.active.merge_cells(merged)
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def at(circulation, act=""):
    return f"{circulation.get_absolute_url()}comments/sheet/{act}"


def send(client, circulation, content, name="matrix.xlsx"):
    return client.post(at(circulation), {"file": SimpleUploadedFile(name, content)})


def said(response):
    return [str(error) for error in response.context["form"].errors.get("file", [])]


def texts():
    sheet = CommentSheet.objects.first()
    return sheet.texts if sheet else []


FULL = {
    "line": "12",
    "section": "2.10",
    "paragraph": "Table 1",
    "kind": "te",
    "comment": "Too long.",
    "proposed_change": "Cut it.",
}


def test_filled_in_template_is_read_and_imported_once(client, circulation, writer):
    template = load_workbook(BytesIO(client.get(f"{circulation.get_absolute_url()}template.xlsx").content))
    template.active.append(ROW)
    filled = BytesIO()
    template.save(filled)

    checked = send(client, circulation, filled.getvalue())
    before = DraftComment.objects.count()
    sheet = checked.context["sheet"]
    assert f'name="sheet" value="{sheet.code}"' in checked.text
    form = {"sheet": sheet.code}
    first = client.post(at(circulation, "import/"), form, follow=True)
    second = client.post(at(circulation, "import/"), form, follow=True)

    assert (texts(), before) == ([], 0)
    [draft] = DraftComment.objects.all()
    assert {name: getattr(draft, name) for name in FULL} == FULL
    assert draft.member == writer
    assert "1 draft imported." in first.content.decode()
    assert "imported already" in second.content.decode()
    assert not Comment.objects.exists()
    assert "zq7-somebody" not in checked.content.decode()


def test_same_rows_sent_again_are_not_imported_twice(client, circulation, writer):
    for _time in range(2):
        checked = send(client, circulation, book(ROW))
        answer = client.post(at(circulation, "import/"), {"sheet": checked.context["sheet"].code}, follow=True)

    assert DraftComment.objects.count() == 1
    assert "0 drafts imported. 1 was there already." in answer.content.decode()


def test_rows_that_were_sent_are_not_imported_again_with_those_added_to_the_file(client, circulation, writer):
    other = make_member()
    make_consultee(circulation=circulation, member=other)
    make_comment(circulation=circulation, writer=other, **{**FULL, "comment": "Added."})
    for rows in ([ROW], [ROW, [*ROW[:5], "Added.", "Cut it.", ""]]):
        checked = send(client, circulation, book(*rows))
        answer = client.post(at(circulation, "import/"), {"sheet": checked.context["sheet"].code}, follow=True)
        if len(rows) == 1:
            actions.send_drafts(actor=writer, circulation=circulation, attribution="none", now=NOW)

    assert [draft.comment for draft in DraftComment.objects.all()] == ["Added."]
    assert "1 draft imported. 1 was there already." in answer.content.decode()


def test_nobody_imports_somebody_elses_sheet(client, circulation, writer):
    other = make_member()
    make_consultee(circulation=circulation, member=other)
    theirs = actions.keep_sheet(actor=other, circulation=circulation, texts=[FULL], now=NOW)

    client.post(at(circulation, "import/"), {"sheet": theirs.code})

    assert not DraftComment.objects.exists()
    assert CommentSheet.objects.get() == theirs


@pytest.mark.parametrize(("who", "status"), [("chair", 403), ("member", 404), ("other_member", 404)])
def test_sheet_is_for_who_is_asked(client, circulation, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(at(circulation)).status_code == status
    assert send(client, circulation, book(ROW)).status_code == status
    assert not CommentSheet.objects.exists()


@pytest.mark.parametrize(
    "headings",
    [
        [
            "MB/NC",
            "Line number",
            "Clause / Subclause",
            "Paragraph/Figure/Table",
            "Type of comment 2",
            "Comments",
            "Proposed change",
            "Observations",
        ],
        [
            "MB/NC¹",
            "Line number (e.g. 17)",
            "Clause/ Subclause (e.g. 3.1)",
            "Paragraph/ Figure/ Table/ (e.g. Table 1)",
            "Type of comment²",
            "Comments (justification for change) by the MB",
            "Proposed change by the MB",
            "Observations of the secretariat",
        ],
        [" commenter", "LINE", "clause", "Table", "kind", "COMMENT ", "Proposed changes", "x"],
    ],
)
def test_headings_are_known_by_their_usual_names(client, circulation, writer, headings):
    send(client, circulation, book(ROW, headings=headings))

    assert texts() == [FULL]


@pytest.mark.parametrize("last", ["", '<row r="1048576"/>', '<row r="1048576" ht="15"><c r="A1048576" s="0"/></row>'])
@pytest.mark.parametrize("dimension", ["A1", "A1:H1", ""])
def test_rows_count_whatever_the_file_says_of_its_size(client, circulation, writer, dimension, last):
    """Some programs write what a sheet held once, or one cell; others mark the last row there can be."""
    said_size = f'<dimension ref="{dimension}"/>'.encode() if dimension else b""

    def change(sheet):
        return re.sub(rb"<dimension [^>]*/>", said_size, sheet).replace(b"</sheetData>", f"{last}</sheetData>".encode())

    made = rewritten(book(ROW, [*ROW[:5], "And this.", "", ""]), "xl/worksheets/sheet1.xml", change)

    send(client, circulation, made)

    assert [text["comment"] for text in texts()] == ["Too long.", "And this."]


def rewritten(content, name, change):
    """The package with one of its parts changed."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(written, "w") as after:
        for part in before.namelist():
            after.writestr(part, change(before.read(part)) if part == name else before.read(part))
    return written.getvalue()


def test_many_files_in_a_short_time_are_slowed_down(client, circulation, writer):
    answers = [send(client, circulation, book(ROW)) for _turn in range(21)]

    assert [bool(said(answer)) for answer in answers].index(True) == 20
    assert "You have sent many files in a short time" in said(answers[-1])[0]


def test_name_that_explains_itself_counts_where_no_plain_one_does(client, circulation, writer):
    content = book(["7", "Too long.", "te"], headings=["Comment (no.)", "Comment", "Type of comment (see below)"])

    send(client, circulation, content)

    assert texts() == [{"comment": "Too long.", "kind": "te"}]


def test_what_stands_too_far_below_is_refused_and_not_left_out(client, circulation, writer):
    far = b'<row r="30000"><c r="F30000" t="inlineStr"><is><t>Far below</t></is></c></row>'
    made = rewritten(
        book(ROW), "xl/worksheets/sheet1.xml", lambda sheet: sheet.replace(b"</sheetData>", far + b"</sheetData>")
    )

    assert "more than 2,000 rows" in said(send(client, circulation, made))[0]


def test_headings_may_stand_below_a_title_and_in_another_order(client, circulation, writer):
    content = book(
        ["Template for comments"], [], ["Comment", "Type", "Page"], ["Too long.", "Editorial", 1], headings=None
    )

    checked = send(client, circulation, content)

    assert texts() == [{"comment": "Too long.", "kind": "ed", "page": 1}]
    assert "Clause/Subclause" in checked.context["reading"].missing


@pytest.mark.parametrize("headings", [["Commenter", "Line", "Clause/Subclause"], ["Comment"], ["a", "b"]])
def test_missing_columns_are_said(client, circulation, writer, headings):
    assert "No headings were found" in said(send(client, circulation, book(["x", "y", "z"], headings=headings)))[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({5: "=1+1"}, "Comment: this is a formula."),
        ({6: "=HYPERLINK(A1)"}, "Proposed change: this is a formula."),
        ({2: date(2027, 1, 3)}, "Clause/Subclause: the spreadsheet made a date of this."),
        ({5: None}, "There is no comment in this row."),
        ({4: "xx"}, "Type: write ge, te or ed."),
        ({5: "x" * 10_001}, "Comment: Ensure this value has at most 10000 characters"),
        ({2: "x" * 61}, "Clause/Subclause: Ensure this value has at most 60 characters"),
        ({5: "a\u202eb"}, "Comment: Please leave out the hidden characters"),
    ],
)
def test_row_that_can_not_be_imported_is_named_and_the_others_are_not(client, circulation, writer, change, sentence):
    bad = [change.get(at, value) for at, value in enumerate(ROW)]

    checked = send(client, circulation, book(ROW, bad))

    [(number, fault)] = checked.context["reading"].faults
    assert number == 3
    assert fault.startswith(sentence)
    assert texts() == [FULL]


def test_formula_in_what_is_left_aside_does_no_harm(client, circulation, writer):
    send(client, circulation, book(["=1", *ROW[1:7], "=2"]))

    assert texts() == [FULL]


def test_place_in_merged_cells_counts_for_each_of_their_rows(client, circulation, writer):
    rows = [ROW, [None, None, None, None, None, "Two.", None, None], [None, None, None, None, None, "Three."]]

    send(client, circulation, book(*rows, merged=["C2:C3", "E2:E4"]))

    assert [(text["section"], text["kind"]) for text in texts()] == [("2.10", "te"), ("2.10", "te"), ("", "te")]


def test_merged_comment_is_said_to_be_in_the_first_row_only(client, circulation, writer):
    checked = send(client, circulation, book(ROW, [None, "13", None, None, "te", None], merged=["F2:F3"]))

    [(number, fault)] = checked.context["reading"].faults
    assert (number, "split them" in fault) == (3, True)


def test_numbers_are_read_as_they_look(client, circulation, writer):
    send(client, circulation, book([None, 12, 2.1, 3.0, "te", 5, True, None]))

    assert texts() == [{**FULL, "section": "2.1", "paragraph": "3", "comment": "5", "proposed_change": "True"}]


def test_page_beyond_the_last_is_a_fault_of_its_row(client, circulation, writer):
    rows = [["x", 40], ["y", "one"], ["z", 1], ["u", "0" * 8 + "1" + "0" * 5000]]

    checked = send(client, circulation, book(*rows, headings=["Comment", "Page"]))

    assert [number for number, _fault in checked.context["reading"].faults] == [2, 3, 5]
    assert [text["page"] for text in texts()] == [1]


def test_csv_is_read_whatever_separates_and_defused_cells_are_as_before(client, circulation, writer):
    for separator in ",;\t":
        lines = [separator.join(("Comment", "Clause")), separator.join(('"\'=1+1"', "2.1"))]
        send(client, circulation, "\r\n".join(lines).encode("utf-8-sig"), "matrix.csv")
        assert texts() == [{"comment": "=1+1", "section": "2.1", "kind": "ge"}]


def test_own_drafts_downloaded_can_be_sent_again(client, circulation, writer):
    DraftComment.objects.create(circulation=circulation, member=writer, page=1, quote="these", **FULL)
    file = client.get("/settings/drafts/drafts.csv").getvalue()

    send(client, circulation, file, "drafts.csv")

    assert texts() == [{**FULL, "page": 1, "quote": "these"}]


def packed(**parts):
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def with_part(name, content):
    written = BytesIO(book(ROW))
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


def entity_bomb():
    before = zipfile.ZipFile(BytesIO(book(ROW)))
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, laughs + content if name.endswith("sheet1.xml") else content)
    return written.getvalue()


HOSTILE = {
    "five thousand rows": (lambda: book(*[ROW] * 5000), "more than 2,000 rows"),
    "a few too many": (lambda: book(*[ROW] * 2001), "more than 2,000 rows"),
    "nothing": (lambda: book(headings=None), "holds nothing"),
    "headings alone": (book, "no row with a comment"),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"x"), "macros"),
    "bomb": (lambda: with_part("xl/media/x.xml", b"0" * 60_000_000), "unpacks to far more"),
    "entities": (entity_bomb, "can not be read"),
    "another archive": (lambda: packed(a="b"), "archive or another Office file"),
    "broken archive": (lambda: book(ROW)[:1500], "can not be read"),
    "old kind": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "of the old kind"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no text in UTF-8"),
    "text in Latin-1": (lambda: "Comment;Clause\nZu lang für mich;2".encode("latin-1"), "no text in UTF-8"),
    "cell without end": (lambda: b'Comment;Clause\n"' + b"x" * 200_000, "quotation mark is missing"),
    "six megabytes": (lambda: b"x" * (6 * 1024 * 1024), "larger than 5 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_file_that_is_no_matrix_gets_a_sentence(client, circulation, writer, name):
    content, sentence = HOSTILE[name]

    response = send(client, circulation, content())

    assert response.status_code == 200
    [found] = said(response)
    assert sentence in found
    assert not CommentSheet.objects.exists()


def test_cell_without_end_is_refused_too_where_an_import_of_members_has_taken_longer_ones(client, circulation, writer):
    list(split("name,e-mail\n"))

    response = send(client, circulation, HOSTILE["cell without end"][0]())

    assert ["quotation mark is missing" in sentence for sentence in said(response)] == [True]


def test_two_thousand_rows_are_imported_and_sent(client, circulation, writer):
    rows = [[*ROW[:5], f"Comment {number}", "", ""] for number in range(2000)]
    checked = send(client, circulation, book(*rows))
    client.post(at(circulation, "import/"), {"sheet": checked.context["sheet"].code})

    actions.send_drafts(actor=writer, circulation=circulation, attribution="none", now=NOW)

    assert Comment.objects.count() == 2000


@pytest.fixture
def forgotten(circulation):
    old = CommentSheet.objects.create(circulation=circulation, member=make_member(), texts=[FULL])
    CommentSheet.objects.update(created_at=NOW - timedelta(days=1, seconds=1))
    return old


def test_sheet_that_was_forgotten_goes(client, circulation, writer, forgotten):
    send(client, circulation, book(ROW))

    assert not CommentSheet.objects.filter(pk=forgotten.pk).exists()


def test_sheet_that_was_forgotten_goes_also_when_nobody_sends_another(circulation, forgotten):
    fresh = CommentSheet.objects.create(circulation=circulation, member=make_member(), texts=[FULL])

    for _time in range(2):
        tidy()
        assert list(CommentSheet.objects.all()) == [fresh]


def test_upload_holds_the_circulation_before_it_takes_the_place_of_the_one_before(client, circulation, writer):
    """Two at once would both find nothing there, and the second would be one too many."""
    send(client, circulation, book(ROW))

    with CaptureQueriesContext(connection) as queries:
        send(client, circulation, book(ROW))

    written = [query["sql"] for query in queries if "publications_" in query["sql"] and query["sql"][:6] != "SELECT"]
    assert written[0].startswith('UPDATE "publications_circulation"')
    assert CommentSheet.objects.count() == 1
