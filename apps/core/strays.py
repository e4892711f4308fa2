"""Files in the storage that no row names: of processes that were killed before the row was kept, or after it went."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import batched

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField

# A file is written before its row is settled; a younger one may still get its row.
STRAY_AFTER = timedelta(days=1)
_AT_ONCE = 500


def remove_strays(now: datetime) -> int:
    """Delete the files that have been there for STRAY_AFTER and that no row of any model names; return how many."""
    removed = 0
    for names in batched(_files_below(""), _AT_ONCE):
        stray = _without_row({name for name in names if _is_old(name, now)})
        for name in stray:
            default_storage.delete(name)
        removed += len(stray)
    return removed


def _files_below(folder: str) -> Iterator[str]:
    if not default_storage.exists(folder):
        return
    folders, names = default_storage.listdir(folder)
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in names)
    for each in folders:
        yield from _files_below(f"{prefix}{each}")


def _is_old(name: str, now: datetime) -> bool:
    with suppress(FileNotFoundError):  # it went meanwhile
        return default_storage.get_modified_time(name) < now - STRAY_AFTER
    return False


def _without_row(names: set[str]) -> set[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if names and isinstance(field, FileField):
                rows = model._default_manager.filter(**{f"{field.name}__in": names})
                names = names - set(rows.values_list(field.name, flat=True))
    return names
