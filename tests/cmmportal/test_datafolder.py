"""What the data folder keeps."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cmmportal import datafolder


def test_secret_is_made_once_under_parallel_starts(tmp_path):
    path = tmp_path / "key"

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: datafolder.kept_secret(path, 32), range(40)))

    assert len(found) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_socket_path_stays_short_and_the_same():
    deep = Path("/srv") / ("x" * 120)

    assert datafolder.socket_path(Path("/srv/portal")) == Path("/srv/portal/valkey.sock")
    assert len(str(datafolder.socket_path(deep))) < 100
    assert datafolder.socket_path(deep) == datafolder.socket_path(deep)
    assert datafolder.socket_path(deep) != datafolder.socket_path(deep / "y")
