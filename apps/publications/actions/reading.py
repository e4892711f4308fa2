"""The worker reads versions: their text and, of a PDF, the pictures of its pages, some pages at a time.

A process with narrow limits does it (``apps.core.reading``); what it has read is kept before the next begins. Too much
for it, the same pages are tried again later and fewer at a time, three times in all.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from apps.core.reading.process import verdict_of
from apps.publications.models import Version, VersionPage
from apps.publications.models.version import random_image_name

logger = logging.getLogger(__name__)

MAX_TRIES = 3
# By how often it was tried.
PAGES_AT_ONCE = (20, 5, 1)
SECONDS = 90
# Longer than the longest reading, so that nobody else begins; a worker that died is waited for that long.
LEASE = timedelta(minutes=3)
PAUSE = timedelta(minutes=1)
# Short: as soon as there is room again, nobody waits long for pages to comment on.
NO_ROOM_PAUSE = timedelta(seconds=30)
# Between the pages in a version's text, as printers know it.
PAGE_END = "\f"


def read_next(now: datetime) -> bool:
    """Read some of the version that waits longest; return whether there was one. Never raises for what a file does."""
    version = Version.objects.to_read(now).defer("text").first()
    if version is None or not _claim(version, now):
        return False
    if version.reading_tries > MAX_TRIES:
        # Whoever tried it last went down with it.
        return _put_off(version, now)
    try:
        found = _read(version)
    except (FileNotFoundError, ValueError):
        logger.exception("The file of version %s is not in its place.", version.pk)
        return _put_off(version, now)
    except OSError:
        # The disk is full: the file is not to blame.
        logger.exception("Version %s could not be read now.", version.pk)
        return _release(version, now + NO_ROOM_PAUSE, reading_tries=version.reading_tries - 1)
    return _put_off(version, now) if "fault" in found else _keep(version, found)


def _claim(version: Version, now: datetime) -> bool:
    mine = Version.objects.filter(
        pk=version.pk, reading_tries=version.reading_tries, reading_until=version.reading_until
    )
    version.reading_tries += 1
    version.reading_until = now + LEASE
    return mine.update(reading_tries=version.reading_tries, reading_until=version.reading_until) == 1


def _read(version: Version) -> dict[str, Any]:
    with version.file.open("rb") as file:
        if version.format == Version.Format.DOCX:
            return verdict_of("apps.core.reading.paragraphs", file, seconds=SECONDS)
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            count = PAGES_AT_ONCE[min(version.reading_tries, MAX_TRIES) - 1]
            wanted = (folder, str(_next_page(version)), str(count))
            found = verdict_of("apps.core.reading.pages", file, *wanted, seconds=SECONDS)
            _store(found.get("pages", ()), Path(folder))
            return found


def _next_page(version: Version) -> int:
    return version.page_set.count() + 1


def _store(pages: Sequence[dict[str, Any]], folder: Path) -> None:
    """Put the pictures of these pages to the files, all of them or, where the disk is full, none."""
    with ExitStack() as undone:
        for page in pages:
            name = random_image_name(VersionPage(), "")
            # Also of the one that is cut short: what does not fit is left half written.
            undone.callback(default_storage.delete, name)
            with (folder / f"{page['number']}.png").open("rb") as picture:
                page["image"] = default_storage.save(name, File(picture))
        undone.pop_all()


def _keep(version: Version, found: dict[str, Any]) -> bool:
    """Write down what was read, if the version is still ours; else another worker reads it anew."""
    with ExitStack() as undone, transaction.atomic():
        for page in found.get("pages", ()):
            undone.callback(default_storage.delete, page["image"])
        if not _mine(version).update(reading_tries=0, reading_until=None):
            return False
        if version.format == Version.Format.DOCX:
            _finish(version, "\n".join(found["paragraphs"]))
        else:
            _add_pages(version, found)
        undone.pop_all()
    return True


def _add_pages(version: Version, found: dict[str, Any]) -> None:
    pages = found["pages"]
    VersionPage.objects.bulk_create(
        VersionPage(
            version=version,
            number=page["number"],
            width=page["width"],
            height=page["height"],
            image=page["image"],
            runs=page["runs"],
        )
        for page in pages
    )
    text = "".join(page["text"] + PAGE_END for page in pages)
    Version.objects.filter(pk=version.pk).update(text=Concat("text", Value(text)))
    if version.page_set.count() >= found["total"]:
        Version.objects.filter(pk=version.pk).update(reading=Version.Reading.READY)


def _finish(version: Version, text: str) -> None:
    Version.objects.filter(pk=version.pk).update(text=text, reading=Version.Reading.READY)


def _put_off(version: Version, now: datetime) -> bool:
    """Try again later, or say that it can not be read. What was read so far stays."""
    if version.reading_tries < MAX_TRIES:
        return _release(version, now + PAUSE * version.reading_tries)
    logger.warning("Version %s can not be read.", version.pk)
    if version.format == Version.Format.DOCX:
        fault = _("Its text can not be read here. The file itself can be downloaded.")
    else:
        fault = _("Page %(page)d and those after it can not be shown here. The file itself can be downloaded.") % {
            "page": _next_page(version)
        }
    return _release(version, None, reading=Version.Reading.FAILED, reading_fault=fault)


def _release(version: Version, until: datetime | None, **changes: Any) -> bool:
    return _mine(version).update(reading_until=until, **changes) == 1


def _mine(version: Version) -> Any:
    """The version as this worker claimed it."""
    return Version.objects.filter(pk=version.pk, reading="waiting", reading_until=version.reading_until)
