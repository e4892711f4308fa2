"""CSV for spreadsheets: text stays text."""

import csv
import io

import pytest

from apps.core.cells import csv_download, csv_lines, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_would_run_is_kept_as_text(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(("value", "text"), [("Zoë", "Zoë"), (None, ""), (3, "3"), ("a=b", "a=b"), ("", "")])
def test_other_cells_stay_as_they_are(value, text):
    assert safe_cell(value) == text


def test_lines_read_back_as_they_were_written():
    rows = [('Zoë, "the" reader', "two\nlines"), ("=1", None)]

    text = "".join(csv_lines(("a", "b"), rows))

    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["a", "b"], ['Zoë, "the" reader', "two\nlines"], ["'=1", ""]]


@pytest.mark.parametrize("cell", ["x;=1+1", "x; =1+1", 'x;"=1+1"', "x\t=1+1", "x\n+1", ";＝1", " =1+1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_program_runs_what_it_finds_behind_its_own_separator(cell, separator):
    text = "".join(csv_lines(("a", "b"), [("name", cell)])).removeprefix("\ufeff")

    read = [part for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for part in row]

    assert [part for part in read if part.strip().startswith(("=", "+", "＝"))] == []


def test_every_cell_stands_in_quotes():
    assert "".join(csv_lines(("a", "b"), [("1-2", None)])) == '\ufeff"a","b"\r\n"1-2",""\r\n'


def test_a_download_is_a_file_to_save():
    response = csv_download("people.csv", ("a",), [])

    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert b"".join(response.streaming_content) == '\ufeff"a"\r\n'.encode()
