"""Files that no row names go, once they are old enough; all others stay."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.core.strays import remove_strays
from apps.discussions.models import Attachment
from apps.publications.models import VersionPage
from tests.make import NOW, make_member, make_post, make_publication, make_thread, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    """Other tests leave files of rows that are gone."""
    settings.MEDIA_ROOT = tmp_path


def lay_down(name, age):
    name = default_storage.save(name, ContentFile(b"x"))
    at = (NOW - age).timestamp()
    os.utime(default_storage.path(name), (at, at))
    return name


def files():
    return {
        f"{folder}/{name}"
        for folder in ("publications", "publications/pages", "discussions")
        for name in default_storage.listdir(folder)[1]
    }


def test_old_files_without_a_row_are_removed_and_young_ones_are_not(group):
    old, young = timedelta(days=2), timedelta(hours=2)
    version = make_version(publication=make_publication())
    os.utime(default_storage.path(version.file.name), (0, 0))
    page = lay_down("publications/pages/kept.png", old)
    VersionPage.objects.create(version=version, number=1, width=1, height=1, runs=[], image=page)
    attached = lay_down("discussions/kept.pdf", old)
    post = make_post(thread=make_thread(group=group), writer=make_member())
    Attachment.objects.create(post=post, file=attached, name="a.pdf", format="pdf", size=1, sha256="0" * 64)
    for folder in ("publications", "publications/pages", "discussions"):
        lay_down(f"{folder}/old.pdf", old)
    young = lay_down("discussions/young.pdf", young)

    assert remove_strays(NOW) == 3
    assert files() == {version.file.name, page, attached, young}
    assert remove_strays(NOW) == 0
