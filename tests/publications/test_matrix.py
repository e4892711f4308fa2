"""The matrix, read again with other eyes: the same cells in each format, and nothing that says more than the labels."""

import csv
import re
import time
import zipfile
from io import BytesIO, StringIO

import pytest
from docx import Document
from openpyxl import load_workbook

from apps.core.models import AuditEntry
from apps.publications.models import Comment
from tests.journeys.matrices import HEADERS
from tests.make import NOW, make_circulation, make_comment, make_consultee, make_member, make_publication, make_version

pytestmark = pytest.mark.usefixtures("frozen")


ENDINGS = ["xlsx", "docx", "csv"]


@pytest.fixture
def circulation(group):
    paper = make_publication(
        group=group, state="resolving", visibility="group", title="Letters & <registries>", slug="letters"
    )
    return make_circulation(publication=paper, state="closed")


@pytest.fixture
def writer():
    return make_member(name="Wanda zq7-writer")


def read_xlsx(content):
    book = load_workbook(BytesIO(content))
    assert len(book.sheetnames) == 1
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    return [["" if value is None else value for value in row] for row in book.active.iter_rows(values_only=True)]


def read_docx(content):
    [table] = Document(BytesIO(content)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def read_csv(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


READ = {"xlsx": read_xlsx, "docx": read_docx, "csv": read_csv}


def fetch(client, circulation, ending, query=""):
    return client.get(f"{circulation.get_absolute_url()}matrix.{ending}{query}")


@pytest.mark.parametrize("ending", ENDINGS)
def test_matrix_holds_every_comment_cell_by_cell_in_the_order_of_the_document(
    client, circulation, writer, chair, ending
):
    version = make_version(publication=circulation.publication)
    make_comment(circulation=circulation, writer=writer, comment="Last.", page=9)
    make_comment(
        circulation=circulation,
        writer=writer,
        attribution="name",
        page=2,
        section="2.10",
        paragraph="Table 1",
        line="12–14",
        kind="te",
        comment="First line.\nSecond: ½ مرحبا 🌍 & <b>",
        proposed_change="Cut it.",
        quote="these words",
    )
    Comment.objects.filter(page=2).update(
        disposition="partly", reason="Half of it.", resolved_in=version, resolved_at=NOW, resolved_by=chair
    )
    client.force_login(chair)

    response = fetch(client, circulation, ending)

    assert READ[ending](response.content) == [
        HEADERS,
        [
            "Wanda zq7-writer",
            "12–14",
            "2.10",
            "Table 1",
            "te",
            "First line.\nSecond: ½ مرحبا 🌍 & <b>",
            "Cut it.",
            "Accepted in part. Half of it. Done in version 2.",
            "2",
            "these words",
        ],
        ["", "", "", "", "ge", "Last.", "", "", "9", ""],
    ]
    assert response.headers["Content-Disposition"] == f'attachment; filename="letters-comments.{ending}"'


@pytest.mark.parametrize("ending", ENDINGS)
def test_public_edition_names_neither_people_nor_organisations(client, circulation, writer, chair, ending):
    labels = {"name": "zq7-name", "organisation": "zq7-organisation", "stakeholder_group": "ngo", "none": ""}
    for page, (attribution, label) in enumerate(labels.items(), start=1):
        make_comment(circulation=circulation, writer=writer, attribution=attribution, label=label, page=page)
    client.force_login(chair)

    named = READ[ending](fetch(client, circulation, ending).content)
    public = READ[ending](fetch(client, circulation, ending, "?edition=public").content)

    group = "Non-governmental organisation"
    assert [row[0] for row in named[1:]] == ["zq7-name", "zq7-organisation", group, ""]
    assert [row[0] for row in public[1:]] == ["", "", group, ""]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", " =1", "＝1"])
def test_what_could_be_a_formula_is_defused(client, circulation, writer, chair, ending, formula):
    make_comment(circulation=circulation, writer=writer, comment=formula, section=formula.strip())
    client.force_login(chair)

    [_header, row] = READ[ending](fetch(client, circulation, ending).content)

    assert (row[5], row[2]) == (f"'{formula}", f"'{formula.strip()}")


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_file_says_nothing_of_who_made_it_and_when(client, circulation, writer, chair, coordinator, ending):
    make_comment(circulation=circulation, writer=writer, comment="Too long.")
    Comment.objects.update(disposition="noted", resolved_at=NOW, resolved_by=chair)
    files = []
    for reader in (chair, coordinator):
        client.force_login(reader)
        files.append(fetch(client, circulation, ending).content)

    assert files[0] == files[1]
    with zipfile.ZipFile(BytesIO(files[0])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    properties = parts["docProps/core.xml"] + parts["docProps/app.xml"]
    assert (
        re.findall(r"creator|author|lastModified|created|modified|Application|openpyxl|docx|\d{4}-", properties) == []
    )
    forbidden = ("zq7-writer", "Chidi", str(Comment.objects.get().pk), Comment.objects.get().owner_mark, "2027-0")
    assert [word for word in forbidden if any(word in part for part in parts.values())] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_text_no_file_format_can_hold_breaks_none(client, circulation, writer, chair, ending):
    make_comment(circulation=circulation, writer=writer, comment="a\x0b\x1fb\ufffe")
    client.force_login(chair)

    response = fetch(client, circulation, ending)

    assert response.status_code == 200
    assert READ[ending](response.content)[1][5].startswith("a")


def test_matrix_is_for_those_who_lead_and_goes_on_the_record(client, circulation, writer, request, other_member):
    make_consultee(circulation=circulation, member=other_member)
    statuses = {}
    for who in ("coordinator", "chair", "other_member", "member", "observer", "suspended", "stranger"):
        reader = request.getfixturevalue(who)
        client.logout()
        if reader:
            client.force_login(reader)
        statuses[who] = fetch(client, circulation, "csv").status_code

    assert statuses == {
        "coordinator": 200,
        "chair": 200,
        "other_member": 403,
        "member": 404,
        "observer": 404,
        "suspended": 302,
        "stranger": 302,
    }
    entries = AuditEntry.objects.filter(event="export").values_list("actor__name", "detail")
    assert list(entries.order_by("pk")) == [
        ("Cora Coordinator", "matrix.csv (names)"),
        ("Chidi Chair", "matrix.csv (names)"),
    ]


def test_comment_not_known_yet_is_in_no_file(client, circulation, writer, chair):
    make_comment(circulation=circulation, writer=writer, comment="zq7-today", sent_on=NOW.date())
    client.force_login(chair)

    assert [READ[ending](fetch(client, circulation, ending).content) for ending in ENDINGS] == [[HEADERS]] * 3


def test_unknown_ending_is_not_found(client, circulation, chair):
    client.force_login(chair)

    assert fetch(client, circulation, "exe").status_code == 404


def test_template_has_the_eight_columns_of_iso_and_no_name(client, circulation, other_member):
    make_consultee(circulation=circulation, member=other_member)
    client.force_login(other_member)

    response = client.get(f"{circulation.get_absolute_url()}template.xlsx")

    assert read_xlsx(response.content) == [HEADERS[:8]]
    assert b"Otto" not in response.content


@pytest.mark.parametrize("ending", ENDINGS)
def test_matrix_of_a_thousand_comments_takes_seconds(client, circulation, writer, chair, ending):
    for number in range(1000):
        make_comment(
            circulation=circulation, writer=writer, page=number % 100 + 1, comment="x" * 400, proposed_change="y" * 300
        )
    client.force_login(chair)
    begun = time.perf_counter()

    response = fetch(client, circulation, ending)

    assert time.perf_counter() - begun < 8  # About 2 on a machine with nothing else to do.
    assert len(READ[ending](response.content)) == 1001
