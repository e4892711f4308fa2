"""What ``make audit`` saves for the checkers: every row of the table, those behind forms too, and the error pages."""

import re

import pytest

from tests.audit import walk
from tests.face.table import PAGES


def test_every_row_of_the_table_is_opened_by_its_reader():
    opened = {(reader, page) for reader in walk.READERS for page in walk.rows_of(reader)}

    assert [str(page) for page in PAGES if (page.reader, page) not in opened] == []


def test_pages_of_errors_are_saved(tmp_path):
    count = walk.save_error_pages(tmp_path)

    texts = {path.name: path.read_text() for path in (tmp_path / "portal" / "errors").iterdir()}
    assert count == len(texts) == 6
    assert sorted(texts) == [f"{status}.html" for status in (400, 403, 404, 429, 500, 503)]
    assert {name: len(re.findall("<h1", text)) for name, text in texts.items()} == dict.fromkeys(texts, 1)
    assert "Too many attempts" in texts["429.html"]


@pytest.mark.journey
@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("account_confirm_login_code", "Enter the code"),
        ("account_email_verification_sent", "Confirm your e-mail address"),
        ("account_login", "Sign in"),
        ("members:confirm", "Please confirm it is you"),
        ("mfa_authenticate", "Your second factor"),
        ("publications:own_comment", "Your comment"),
    ],
)
def test_rows_behind_a_form_or_of_one_reader_are_reached(looker, name, heading):
    page = next(page for page in PAGES if page.name == name and (page.forms or page.reader not in walk.WALKING))
    session = looker.seeds["sessions"].get(page.reader)

    status, _path, ending, text = walk.Reader(looker.base, looker.seeds["cookie"], session).open(page, looker.seeds)

    assert (status, ending) == (200, "html")
    assert heading in re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[1]
