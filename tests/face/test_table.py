"""The table of pages is whole: every address a person opens is looked at, or has a reason not to be."""

from fnmatch import fnmatch

from tests.face.table import NOT_OPENED, PAGES
from tests.test_urls import ADDRESSES

NAMES = {name for name, _path in ADDRESSES}


def test_every_page_is_in_the_table_or_has_a_reason():
    opened = {page.name for page in PAGES}

    missing = [name for name in NAMES - opened if not any(fnmatch(name, pattern) for pattern in NOT_OPENED)]

    assert sorted(missing) == [], (
        "Add each of these to tests/face/table.py: a row with the readers who open it (and what it needs to "
        "tests/face/seeds.py), or, if nobody looks at it, its name and the reason to NOT_OPENED."
    )


def test_table_names_only_what_exists():
    assert sorted({page.name for page in PAGES} - NAMES) == []
    assert [pattern for pattern in NOT_OPENED if not any(fnmatch(name, pattern) for name in NAMES)] == []


def test_no_page_stands_in_the_table_twice():
    keys = [(page.path, page.reader) for page in PAGES]

    assert len(keys) == len(set(keys))
