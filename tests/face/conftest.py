"""One running portal with the demo and one browser for all looks at pages."""

import json

import pytest

from tests.browser import find_chromium
from tests.databases import fresh_database
from tests.face.looker import Looker
from tests.portal import Portal, own_environment, run_manage
from tests.servers import free_port

PASSWORD = "only for this test"
SOW = "from tests.face.seeds import sow; sow()"


@pytest.fixture(scope="session")
def looker(tmp_path_factory):
    """The browser before a running portal; ``looker.seeds`` says what the words in the table's addresses stand for."""
    chromium = find_chromium()
    with fresh_database("face") as database:
        environment = own_environment(tmp_path_factory.mktemp("face") / "data")
        portal = Portal(environment | database | {"DEMO_PASSWORD": PASSWORD}, free_port())
        portal.wait_for("/healthz")
        sown = run_manage(portal.environment, "shell", "--no-imports", "-c", SOW)
        assert sown.returncode == 0, sown.stderr
        seeds = json.loads(sown.stdout.strip().splitlines()[-1]) | {"password": PASSWORD}
        looker = Looker(chromium, f"http://localhost:{portal.port}", seeds)
        yield looker
        looker.end()
        portal.end()
