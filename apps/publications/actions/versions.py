"""The files of publications: adding one, and removing those that no version needs any more."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import refusals
from apps.core.refused import Refused
from apps.core.uploads import Checked, check_upload
from apps.members.models import Member
from apps.publications.models import Publication, Version, VersionPage
from apps.publications.models.version import random_name

logger = logging.getLogger(__name__)


def add_version(
    *,
    actor: Member,
    publication: Publication,
    upload: File,
    now: datetime,
    note: str = "",
    keeps_earlier: bool = False,
) -> Version:
    """Make the file the newest version, the one that is read; of what is published at once. Older ones stay as they are
    for those who see drafts; other readers keep them only with ``keeps_earlier``.

    Refused without the right, for a file that does not pass ``check_upload``, for the same file twice in a row, and
    where the disk is full. Call it outside a transaction: the file is looked at and written before one begins.
    """
    _check_right(actor, publication)
    try:
        checked = check_upload(upload)
    except ValidationError as refused:
        raise Refused(refused.messages[0]) from refused
    version = Version(publication=publication, note=note, made_by=actor, made_at=now, **_facts(checked))
    name = _write(version, upload)
    try:
        return _number(actor, version, name, now, keeps_earlier=keeps_earlier)
    except BaseException:
        default_storage.delete(name)
        raise


def _check_right(actor: Member, publication: Publication) -> None:
    if not actor.has_perm("publications.change_publication", publication):
        raise Refused(_("You may not change this publication."))


def _facts(checked: Checked) -> dict[str, object]:
    return {
        "original_name": checked.name,
        "size": checked.size,
        "sha256": checked.sha256,
        "format": checked.format,
        "pages": checked.pages,
    }


def _write(version: Version, upload: File) -> str:
    name = random_name(version, "")
    try:
        return default_storage.save(name, upload)
    except OSError as full:
        logger.exception("A file could not be written.")
        default_storage.delete(name)
        raise Refused(refusals.sentence("room")) from full


@transaction.atomic
def _number(actor: Member, version: Version, name: str, now: datetime, *, keeps_earlier: bool) -> Version:
    """Give the written file its row."""
    publication = version.publication
    publication.lock()
    publication.refresh_from_db()
    _check_right(actor, publication)
    newest = publication.versions.newest_first().first()
    if newest is not None and newest.sha256 == version.sha256:
        raise Refused(_("This is the file that is there already."))
    version.number = newest.number + 1 if newest else 1
    version.file.name = name
    if publication.state == Publication.State.PUBLISHED:
        version.published_at = now
        if not keeps_earlier:
            publication.versions.update(published_at=None)
    version.save()
    return version


def remove_files(names: Iterable[str]) -> None:
    """Delete these files from the disk, but for those that some version or page has."""
    names = set(names)
    kept = set(Version.objects.filter(file__in=names).values_list("file", flat=True))
    kept |= set(VersionPage.objects.filter(image__in=names).values_list("image", flat=True))
    for name in names - kept:
        default_storage.delete(name)
