"""A running portal with the demo and the seeds, for looks at its pages and for the audit."""

import json
from contextlib import contextmanager

from tests.databases import fresh_database
from tests.portal import Portal, own_environment, run_manage
from tests.servers import free_port

PASSWORD = "only for this test"
SOW = "import json; from tests.face.seeds import sow; print(json.dumps(sow(), default=str))"


@contextmanager
def sown_portal(folder):
    """Yield the address of a portal that keeps its data in ``folder``, and what the words in the table stand for."""
    with fresh_database("face") as database:
        portal = Portal(own_environment(folder) | database | {"DEMO_PASSWORD": PASSWORD}, free_port())
        try:
            portal.wait_for("/healthz")
            sown = run_manage(portal.environment, "shell", "--no-imports", "-c", SOW)
            assert sown.returncode == 0, sown.stderr
            yield f"http://localhost:{portal.port}", json.loads(sown.stdout.splitlines()[-1]) | {"password": PASSWORD}
        finally:
            portal.end()
