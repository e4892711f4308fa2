"""Files on their way in, or taken apart to be read, lie in a folder of their own until that is done.

A process that is killed meanwhile leaves them there: they are removed when the portal starts, and once a day.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

# No upload and no reading takes as long.
LEFT_AFTER = timedelta(hours=1)


def remove_leftovers(before: datetime) -> int:
    """Remove what nobody has touched since ``before``; return how many files and folders that were."""
    return remove_untouched(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir(), before)


def remove_untouched(paths: Iterable[Path], before: datetime) -> int:
    """Remove those of these files and folders that were last written to before ``before``; return how many."""
    left = [path for path in paths if _touched_at(path) < before]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def _touched_at(path: Path) -> datetime:
    """Return when the file was last written to; one that is gone by now is nobody's to remove."""
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
