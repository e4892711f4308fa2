"""The cast of every test: who works here, who takes part, and who must not get in."""

import os

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from whitenoise.middleware import WhiteNoiseMiddleware

from apps.members.models import Member
from apps.members.permissions import Role
from cmmportal.datafolder import open_data_folder
from tests.make import NOW, PASSWORD, make_group, make_member


def pytest_configure():
    """Give each of several workers its own corner of a shared Redis and of the data folder."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    django_settings.CACHES["default"]["KEY_PREFIX"] = f"test-{worker}"
    django_settings.MEDIA_ROOT = django_settings.DATA_DIR / worker / "files"
    django_settings.FILE_UPLOAD_TEMP_DIR = open_data_folder(django_settings.DATA_DIR / worker / "temporary")


@pytest.fixture(scope="session", autouse=True)
def _static_files_seen_once():
    """Each test's client makes the middleware anew, and WhiteNoise would look at hundreds of files each time."""
    look, seen = WhiteNoiseMiddleware.add_files_from_finders, {}

    def look_once(self):
        if not seen:
            look(self)
            seen.update(self.files)
        self.files.update(seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Rate limits of one test must not meet those of the next; without Redis they live in the test's own database."""
    if django_settings.REDIS_URL:
        cache.clear()


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def group(db):
    """The working group most things belong to."""
    return make_group(name="Working group", slug="working-group")


@pytest.fixture
def other_group(db):
    return make_group(name="Other group", slug="other-group")


@pytest.fixture
def coordinator(db):
    """Staff, the secretariat; in no group."""
    return make_member("coordinator@example.org", name="Cora Coordinator", is_staff=True, password=PASSWORD)


@pytest.fixture
def chair(group):
    return make_member("chair@example.org", name="Chidi Chair", group=group, role=Role.CHAIR, password=PASSWORD)


@pytest.fixture
def member(group):
    return make_member("member@example.org", name="Mina Member", group=group, password=PASSWORD)


@pytest.fixture
def other_member(other_group):
    """Member of another group only."""
    return make_member("other@example.org", name="Otto Other", group=other_group, password=PASSWORD)


@pytest.fixture
def observer(group):
    return make_member("observer@example.org", name="Olu Observer", group=group, role=Role.OBSERVER, password=PASSWORD)


@pytest.fixture
def suspended(group):
    person = make_member("suspended@example.org", name="Suse Suspended", group=group, password=PASSWORD)
    person.become(Member.Status.SUSPENDED)
    return person


@pytest.fixture
def stranger():
    """Nobody: not signed in."""
    return
