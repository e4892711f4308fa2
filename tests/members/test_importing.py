"""Reading lists of people: what is good is kept, what is wrong is named by line, column and reason."""

from zoneinfo import ZoneInfo

import pytest

from apps.core.refused import Refused
from apps.members.importcells import Known
from apps.members.importing import read

KNOWN = Known({"carbon pricing": 1, "carbon-pricing": 1, "registries": 2})
EMPTY = {
    "name": "",
    "organisation": "",
    "stakeholder_group": "",
    "country": "",
    "position": "",
    "role": "member",
    "language": "en",
    "time_zone": ZoneInfo("UTC"),
}


def reading(text, encoding="utf-8"):
    return read(text.encode(encoding) if isinstance(text, str) else text, KNOWN)


def faults(text):
    return [(fault.line, fault.column, str(fault.reason)) for fault in reading(text).faults]


def one_fault(column, cell):
    [(line, where, reason)] = faults(f'email,{column}\na@example.org,"{cell}"\n')
    assert (line, where) == (2, column)
    return reason


def test_address_alone_is_a_good_row():
    [row] = reading("email\n A@Example.ORG \n").rows

    assert (row.line, row.address, row.values, row.topic_ids) == (2, "a@example.org", EMPTY, [])


def test_full_row_in_any_order_of_columns():
    text = (
        "Time Zone,topics,ROLE,language,country,stakeholder_group,organisation,position,name,email\n"
        "africa/nairobi,Carbon Pricing | registries|carbon-pricing,Chair,EN,Kenya,Party / government,"
        '"Ministry, of Samples",Head,Amina عائشة 🌍,a@example.org\n'
    )

    [row] = reading(text).rows

    assert row.topic_ids == [1, 2]
    assert row.values == {
        "name": "Amina عائشة 🌍",
        "organisation": "Ministry, of Samples",
        "stakeholder_group": "party",
        "country": "KE",
        "position": "Head",
        "role": "chair",
        "language": "en",
        "time_zone": ZoneInfo("Africa/Nairobi"),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_encodings_and_line_ends(encoding, separator, newline):
    text = newline.join([f"name{separator}email", f"Zoë Müller – x{separator}a@example.org", ""])

    [row] = reading(text, encoding).rows

    assert (row.values["name"], row.address, row.line) == ("Zoë Müller – x", "a@example.org", 2)


def test_semicolons_with_commas_inside():
    [row] = reading("email;organisation\na@example.org;Ministry, Dept, Unit\n").rows

    assert row.values["organisation"] == "Ministry, Dept, Unit"


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("name", "x" * 151, "this has 151 characters, at most 150 are possible."),
        ("name", "x" * 1_000_000, "this has 1000000 characters, at most 150 are possible."),
        ("name", "a\tb", "Please write this on one line, without control characters."),
        ("name", "a\x00b", "Please write this on one line, without control characters."),
        ("position", "a\u202eb", "Please leave out the hidden characters that change the direction of text."),
        (
            "organisation",
            '=HYPERLINK(""http://evil.example"")',
            '“=HYPERLINK("http://evil.example")” begins like a formula of a spreadsheet.',
        ),
        ("name", "@SUM(A1)", "“@SUM(A1)” begins like a formula of a spreadsheet."),
        ("name", "+1", "“+1” begins like a formula of a spreadsheet."),
        (
            "stakeholder_group",
            "Aliens",
            (
                "“Aliens” is none of: party, multilateral, bank, developer, standard, buyer, ngo, academia, "
                "consultancy, other."
            ),
        ),
        ("role", "king", "“king” is none of: chair, coordinator, member, observer."),
        ("country", "Atlantis", "“Atlantis” is no country. Use its two letters, such as KE, or its English name."),
        ("language", "klingon", "“klingon” is no language code, such as en."),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is no time zone, such as Africa/Nairobi."),
        ("time_zone", "../../etc/passwd", "“../../etc/passwd” is no time zone, such as Africa/Nairobi."),
        ("topics", "registries|Whales", "there is no topic “Whales”."),
    ],
)
def test_bad_cell_is_named_with_its_reason(column, cell, reason):
    assert one_fault(column, cell) == reason


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "a@example.org, b@example.org",
        "=a@example.org\t",
        "a b@example.org",
        "ä@example.org",
        "ſ@example.org",
    ],
)
def test_bad_address_is_named(address):
    [(line, column, reason)] = faults(f'name,email\nX,"{address}"\n')

    assert (line, column) == (2, "email")
    assert reason


def test_every_fault_of_a_row_is_named_and_good_rows_go():
    result = reading("email,country,role\nbad,XX,king\na@example.org,KE,chair\nb@example.org,YY,\n")

    assert [(fault.line, fault.column) for fault in result.faults] == [
        (2, "email"),
        (2, "country"),
        (2, "role"),
        (4, "country"),
    ]
    assert result.faulty_lines == 2
    assert [row.address for row in result.rows] == ["a@example.org"]


def test_lines_are_those_of_the_file_with_blank_lines_and_broken_cells():
    text = 'email,name\n\n"a@example.org","one\ntwo"\n,\nbad,x\n'

    assert [line for line, _column, _reason in faults(text)] == [3, 3, 6]


def test_row_with_too_many_cells_is_left_out_and_a_short_one_read():
    result = reading("email,name\na@example.org,Ministry, of Samples\nb@example.org\n")

    assert [str(fault) for fault in result.faults] == [
        "line 2: this row has 3 cells, the header only 2. Is a text with the separator not quoted?"
    ]
    assert [row.address for row in result.rows] == ["b@example.org"]


def test_duplicates_in_the_file_are_told_and_no_fault():
    result = reading("email\na@example.org\nA@EXAMPLE.org\n")

    assert [str(remark) for remark in result.duplicates] == ["line 3, email: a@example.org stands in line 2 already."]
    assert result.faults == []
    assert len(result.rows) == 1


def test_unknown_columns_are_told_and_not_read():
    result = reading("email,Shoe size,name\na@example.org,44,Ada\n")

    assert [str(hint) for hint in result.hints] == ["line 1, shoe_size: this column is not known and was not read."]
    assert result.rows[0].values["name"] == "Ada"


def test_language_the_portal_does_not_speak_yet_becomes_the_default_with_a_hint():
    result = reading("email,language\na@example.org,fr\nb@example.org,en-GB\n")

    assert [row.values["language"] for row in result.rows] == ["en", "en"]
    assert [str(hint) for hint in result.hints] == [
        "line 2, language: the portal does not speak “fr” yet; “en” was taken."
    ]


def test_lone_dash_means_nothing():
    [row] = reading("email,name\na@example.org,-\n").rows

    assert row.values["name"] == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "first line must name the columns"),
        (b"name,organisation\nA,B\n", "first line must name the columns"),
        (b"a@example.org\n", "first line must name the columns"),
        ("email\na@example.org\n".encode("utf-16"), "UTF-16"),
        (b'email,"name\na@example.org,x\n', "line 1: the quotation mark opened in this line is never closed"),
        (b"email,email\na@example.org,b@example.org\n", "there twice"),
        (b"\x00\x01\x02\x03", "first line must name the columns"),
        (b"PK\x03\x04\x14\x00\x06\x00", "first line must name the columns"),
    ],
)
def test_file_that_is_no_such_table_is_refused_with_a_sentence(content, words):
    with pytest.raises(Refused, match=words):
        read(content, KNOWN)


def test_quote_that_is_never_closed_is_named_with_what_it_hides():
    text = 'email,name\na@example.org,x\n"b@example.org","two\nlines","' + "c@example.org,x\n" * 50

    result = reading(text)

    assert [row.address for row in result.rows] == ["a@example.org"]
    assert [str(fault) for fault in result.faults] == [
        "line 4: the quotation mark opened in this line is never closed. Nothing from here to line 53 was read."
    ]
    assert result.faulty_lines == 50


@pytest.mark.parametrize("column", ["name", "notes"])
def test_rows_joined_by_a_stray_quote_are_told(column):
    result = reading(f'email,{column}\na@example.org,"open\nb@example.org,x\nc@example.org,"quoted"\nd@example.org,y\n')

    remarks = result.faults if column == "name" else result.hints
    joined = "line 2: lines 2 to 4 are one row, because of a text in quotation marks with line breaks."
    assert joined in [str(remark) for remark in remarks]
    assert result.rows[-1].address == "d@example.org"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bad_byte_in_utf8_leaves_out_its_cell_only(mark):
    content = (
        mark + "email,name,size\na@example.org,Zoë\nb@example.org,M".encode() + b"\xfcller\nc@example.org,x,\xff\n"
    )

    result = reading(content)

    assert [(row.address, row.values["name"]) for row in result.rows] == [
        ("a@example.org", "Zoë"),
        ("c@example.org", "x"),
    ]
    assert [str(fault) for fault in result.faults] == [
        "line 3, name: this holds a letter that can not be read. Save the file as “CSV UTF-8”."
    ]


def test_undefined_byte_in_windows_text_leaves_out_its_cell_only():
    result = reading(b"email,name\na@example.org,M\xfcller\nb@example.org,M\x81ller\n")

    assert [(row.address, row.values["name"]) for row in result.rows] == [("a@example.org", "Müller")]
    assert [(fault.line, fault.column) for fault in result.faults] == [(3, "name")]


def test_unknown_column_with_a_bad_byte_is_told_printably():
    result = reading(b"email,caf\x81\na@example.org,x\n")

    assert [hint.column for hint in result.hints] == ["caf?"]
