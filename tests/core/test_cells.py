"""CSV for spreadsheets: text stays text."""

import csv
import io

import pytest

from apps.core.cells import csv_download, csv_lines, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
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


def test_a_download_is_a_file_to_save():
    response = csv_download("people.csv", ("a",), [])

    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert b"".join(response.streaming_content) == "\ufeffa\r\n".encode()
