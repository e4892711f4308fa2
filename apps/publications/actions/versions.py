"""The files of publications: adding one, and removing those that no version needs any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.core.uploads import check_pdf
from apps.members.models import Member
from apps.publications.models import Publication, Version
from apps.publications.models.version import FOLDER

# A file is written before its row is settled; a younger one may still get its row.
STRAY_AFTER = timedelta(days=1)


@transaction.atomic
def add_version(*, actor: Member, publication: Publication, upload: File, note: str = "", now: datetime) -> Version:
    """Make the file the newest version, the one that is read.

    Refused without the right, for a file that does not pass ``uploads.check_pdf``, and for the same file twice in a
    row. A fault after the file was written leaves it behind without a row; ``remove_stray_files`` finds it.
    """
    if not actor.has_perm("publications.change_publication", publication):
        raise Refused(_("You may not change this publication."))
    try:
        checked = check_pdf(upload)
    except ValidationError as refused:
        raise Refused(refused.messages[0]) from refused
    publication.lock()
    newest = publication.versions.newest_first().first()
    if newest is not None and newest.sha256 == checked.sha256:
        raise Refused(_("This is the file that is there already."))
    return Version.objects.create(
        publication=publication,
        number=newest.number + 1 if newest else 1,
        file=File(upload, name=checked.name),
        original_name=checked.name,
        size=checked.size,
        sha256=checked.sha256,
        pages=checked.pages,
        note=note,
        made_by=actor,
        made_at=now,
    )


def remove_files(names: Iterable[str]) -> None:
    """Delete these files from the disk, but for those that some version has."""
    names = set(names)
    kept = set(Version.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names - kept:
        default_storage.delete(name)


def remove_stray_files(now: datetime) -> int:
    """Delete files that never got their row, or lost it without losing the file; return how many."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, found = default_storage.listdir(FOLDER)
    names = {f"{FOLDER}/{name}" for name in found}
    stray = names - set(Version.objects.values_list("file", flat=True))
    old = [name for name in stray if default_storage.get_modified_time(name) < now - STRAY_AFTER]
    remove_files(old)
    return len(old)
