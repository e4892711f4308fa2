"""One running portal with the demo and one browser for all looks at pages."""

import pytest

from tests.browser import find_chromium
from tests.face.looker import Looker
from tests.face.stage import sown_portal


@pytest.fixture(scope="session")
def looker(tmp_path_factory):
    """The browser before a running portal; ``looker.seeds`` says what the words in the table's addresses stand for."""
    chromium = find_chromium()
    with sown_portal(tmp_path_factory.mktemp("face") / "data") as (base, seeds):
        looker = Looker(chromium, base, seeds)
        yield looker
        looker.end()
