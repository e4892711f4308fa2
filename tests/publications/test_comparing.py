"""What changed between two texts: by sentence or paragraph, then by word, and never for long."""

import time

from hypothesis import given
from hypothesis import strategies as st

from apps.publications.comparing import MOST_ROWS, Row, compare, units_of
from apps.publications.models import Version

SAME = "same"


def both(text):
    return ((SAME, text),)


def test_same_text_has_no_change():
    found = compare(["A.", "B."], ["A.", "B."])

    assert (found.rows, found.changes) == ((Row("gap", skipped=2),), 0)


def test_change_shows_with_what_stands_next_to_it_and_the_rest_as_a_number():
    before = ["One.", "Two.", "Three.", "They may go.", "Five.", "Six.", "Seven."]
    after = ["One.", "Two.", "Three.", "They shall go.", "Five.", "Six.", "Seven.", "Eight."]

    assert compare(before, after).rows == (
        Row("gap", skipped=2),
        Row("same", both("Three."), both("Three.")),
        Row(
            "changed",
            (("same", "They "), ("removed", "may"), ("same", " go.")),
            (("same", "They "), ("added", "shall"), ("same", " go.")),
        ),
        Row("same", both("Five."), both("Five.")),
        Row("gap", skipped=1),
        Row("same", both("Seven."), both("Seven.")),
        Row("added", after=(("added", "Eight."),)),
    )


def test_sentences_of_a_pdf_are_the_same_wherever_its_lines_and_pages_break():
    one = Version(format="pdf", text="Parties shall re-\r\nport. They do\r\nso each year.\f“Quoted.” (End.)\f")
    other = Version(format="pdf", text="Parties shall\r\nreport. They\fdo so each year. “Quoted.”\r\n(End.)\f")

    assert units_of(one) == units_of(other) == ["Parties shall report.", "They do so each year.", "“Quoted.", "(End.)"]


def test_headings_and_numbered_lines_of_a_pdf_stand_for_themselves():
    lines = [
        "1. Purpose",
        "This paper asks when a Party may change an authorisation, and who",
        "has to be told. It was written in 2022. The Parties know.",
        "2.1 Terms",
        "An authorisation states the uses that it covers, and nothing besides.",
        "(a) One use or more.",
    ]

    assert units_of(Version(format="pdf", text="\r\n".join(lines) + "\f")) == [
        "1. Purpose",
        "This paper asks when a Party may change an authorisation, and who has to be told.",
        "It was written in 2022.",
        "The Parties know.",
        "2.1 Terms",
        "An authorisation states the uses that it covers, and nothing besides.",
        "(a) One use or more.",
    ]


def test_paragraphs_of_a_docx_are_its_lines():
    assert units_of(Version(format="docx", text="1. Scope\nParties. They do.")) == ["1. Scope", "Parties. They do."]


def test_two_long_texts_that_share_nothing_are_compared_in_seconds_and_cut():
    before = [f"Sentence {number} of the old text says {number * 7919 % 1000}." for number in range(15_000)]
    after = [f"Clause {number} of the new one claims {number * 104_729 % 1000}." for number in range(15_000)]

    started = time.monotonic()
    found = compare(before, after)

    assert time.monotonic() - started < 15
    assert (len(found.rows), found.is_cut) == (MOST_ROWS, True)


_texts = st.lists(st.sampled_from(["Parties may go.", "Parties shall go.", "Ω — عنوان.", "Same.", "𝕏."]), max_size=12)


@given(_texts, _texts)
def test_either_side_can_be_read_off_the_pieces(before, after):
    rows = [row for row in compare(before, after).rows if row.kind != "gap"]

    assert set(_side(rows, "before")) <= set(before)
    assert set(_side(rows, "after")) <= set(after)
    assert (compare(before, after).changes == 0) == (before == after)


def _side(rows, side):
    return ["".join(text for _operation, text in getattr(row, side)) for row in rows if getattr(row, side)]
