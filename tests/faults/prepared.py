"""Migrated, empty databases, made once per process and copied for each stage: migrating takes longer than a fault."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.faults.postgres import Cluster
from tests.portal import own_environment, run_manage

DATABASE = "portal"


def give_file(data_dir):
    """Put the prepared SQLite file where the portal of this data folder will look for it."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(_migrated_file(), data_dir / "portal.sqlite3")


def give_cluster(folder):
    """Return a PostgreSQL server, not started yet, on a copy of the prepared one; its database is DATABASE."""
    shutil.copytree(_migrated_cluster(), folder / "data", copy_function=shutil.copy2)
    return Cluster(folder)


@cache
def _migrated_file():
    folder = _kept_folder()
    _migrate(own_environment(folder / "data"))
    return folder / "data" / "portal.sqlite3"


@cache
def _migrated_cluster():
    folder = _kept_folder()
    folder.chmod(0o755)  # the database's own user passes through
    cluster = Cluster(folder)
    cluster.create()
    cluster.start()
    try:
        cluster.execute(f"CREATE DATABASE {DATABASE}")
        _migrate(own_environment(folder / "portal") | {"DATABASE_URL": cluster.url(DATABASE)})
    finally:
        cluster.stop()
    return folder / "data"


def _kept_folder():
    folder = Path(tempfile.mkdtemp(prefix="faults-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _migrate(environment):
    done = run_manage(environment, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
