"""Files in the storage that no row names: of processes that were killed before the row was kept, or after it went."""

from __future__ import annotations

import logging
import posixpath
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import batched

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField

logger = logging.getLogger(__name__)

# A file is written before its row is settled; a younger one may still get its row.
STRAY_AFTER = timedelta(days=1)
_AT_ONCE = 500


def remove_strays(now: datetime) -> int:
    """Delete the files that have been there for STRAY_AFTER and that no row names; return how many.

    Looks into the folders that models write to, and into no other.
    """
    fields = defaultdict(list)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                fields[posixpath.dirname(field.generate_filename(model(), "any"))].append(field)
    return sum(_remove_from(folder, owners, now) for folder, owners in fields.items())


def _remove_from(folder: str, owners: list[FileField], now: datetime) -> int:
    if not default_storage.exists(folder):
        return 0
    try:
        _folders, found = default_storage.listdir(folder)
    except OSError:
        logger.exception("The folder %s could not be looked at.", folder)
        return 0
    removed = 0
    for names in batched(found, _AT_ONCE):
        stray = {name for name in (f"{folder}/{each}" for each in names) if _is_old(name, now)}
        for field in owners:
            rows = field.model._default_manager.filter(**{f"{field.name}__in": stray})
            stray -= set(rows.values_list(field.name, flat=True))
        for name in stray:
            default_storage.delete(name)
        removed += len(stray)
    return removed


def _is_old(name: str, now: datetime) -> bool:
    with suppress(FileNotFoundError):  # it went meanwhile
        return default_storage.get_modified_time(name) < now - STRAY_AFTER
    return False
