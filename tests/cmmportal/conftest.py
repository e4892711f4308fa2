"""A settings file read anew, and the portal started for real, each on a data folder of its own."""

import os
import runpy

import pytest
from django.conf import settings

from tests import servers
from tests.portal import BY_MAKE, Portal, own_environment, run_manage

PRODUCTION = {
    "SITE_URL": "https://portal.example.org",
    "SECRET_KEY": "kX3-vq8Zr1_TfLw9Ph6Ns2Yb5Jm7Dc4Ge0Aa-Uu8Ii6Oo3Rr1Ee5Ww",
    "ALLOWED_HOSTS": "portal.example.org",
}


@pytest.fixture
def clean_environment(tmp_path):
    """What a process gets that knows nothing of this shell: the embedded defaults on a folder of its own."""
    return own_environment(tmp_path / "data")


@pytest.fixture
def read_settings(clean_environment, monkeypatch):
    """Read the settings file under the given variables; returns its names."""

    def read(**variables):
        for name in set(os.environ) - set(clean_environment):
            monkeypatch.delenv(name)
        for name, value in (clean_environment | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE_DIR / "cmmportal" / "settings.py"))

    return read


@pytest.fixture
def refusal(read_settings):
    """The one line with which the settings refuse the given variables."""

    def refuse(**variables):
        with pytest.raises(SystemExit) as stop:
            read_settings(**variables)
        return stop.value.code

    return refuse


@pytest.fixture
def manage(clean_environment):
    """Run manage.py in a process of its own; returns the finished process."""

    def run(*arguments, **variables):
        return run_manage(clean_environment | variables, *arguments)

    return run


@pytest.fixture
def free_port():
    return servers.free_port()


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory):
    """A data folder that the second portal started on it finds migrated."""
    return tmp_path_factory.mktemp("portal") / "data"


@pytest.fixture
def portal(clean_environment, prepared_folder, free_port):
    """A running portal without the demo, ended after the test."""
    running = Portal(clean_environment | {"PORTAL_DEMO": "0", "DATA_DIR": str(prepared_folder)}, free_port)
    yield running
    if not running.log.closed:
        running.end()


@pytest.fixture
def unprepared_portal(clean_environment, free_port):
    """A portal on a folder that is not there yet."""
    running = Portal(clean_environment | {"PORTAL_DEMO": "0"}, free_port)
    yield running
    if not running.log.closed:
        running.end()


@pytest.fixture
def portal_by_make(clean_environment, prepared_folder, free_port):
    """The same, started by `make run`."""
    environment = clean_environment | {"PORTAL_DEMO": "0", "DATA_DIR": str(prepared_folder)}
    running = Portal(environment, free_port, BY_MAKE)
    yield running
    running.end()
