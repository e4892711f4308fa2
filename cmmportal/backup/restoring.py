"""Putting a backup in place: all of it or nothing, and then nothing is sent until a person lets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from apps.core import carryover, keys
from apps.core.refused import Refused
from apps.notifications.models import Hold
from cmmportal.backup import files
from cmmportal.backup.archive import ArchiveReader
from cmmportal.backup.engine import engine
from cmmportal.backup.manifest import Manifest, origin
from cmmportal.backup.spool import Spool

OTHER_KEY = "It was taken with another SECRET_KEY; give that one in SECRET_KEY or SECRET_KEY_OLD."
OTHER_ATTRIBUTION_KEY = (
    "It was taken with another ATTRIBUTION_KEY; the portal starts with that one only, or after `manage.py adopt_key "
    "ATTRIBUTION_KEY` if it is gone for good."
)


def restore(path: Path, now: datetime, *, carry_over: bool = True) -> list[str]:
    """Replace database and files by those of the archive; return what the operator has to know, a sentence each.

    Refuses, and changes nothing, when the archive does not fit or is damaged, or when the database is in use. The
    caller holds the lock of the data folder. Without ``carry_over`` nothing is kept of the database that is here.
    """
    with ArchiveReader(path) as archive:
        _check(archive)
        try:
            with engine().sole_use():
                return _replace(archive, now, carry_over=carry_over)
        except keys.WrongKey as fault:
            raise Refused(OTHER_KEY) from fault
        except OSError as fault:
            raise Refused(f"It could not be put in place, nothing was changed: {fault.strerror}.") from fault
        except DatabaseError as fault:
            why = str(fault).splitlines()[0]
            raise Refused(f"It could not be put in place, nothing was changed: {why}.") from fault


def _check(archive: ArchiveReader) -> None:
    manifest = archive.manifest
    if manifest.engine != connection.vendor:
        raise Refused(f"It was taken on {manifest.engine}; this portal runs on {connection.vendor}.")
    if not keys.is_known(manifest.key):
        raise Refused(OTHER_KEY)
    _check_migrations(manifest)
    archive.check_sums()


def _check_migrations(manifest: Manifest) -> None:
    """A newer portal's tables may hold what this code would break."""
    loader = MigrationLoader(None)
    known = loader.disk_migrations.keys() | loader.graph.nodes.keys()
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if unknown:
        raise Refused(f"It was taken by a newer version of the portal: {', '.join(unknown[:3])} is not known here.")


def _replace(archive: ArchiveReader, now: datetime, *, carry_over: bool) -> list[str]:
    taken_at = archive.manifest.taken_at
    said = [_describe(archive.manifest)]
    with ExitStack() as stack:
        unknown = _why_unknown(archive.manifest) if carry_over else "Nothing was carried over, as you wished"
        spool = None if unknown else _spool_of_the_living(taken_at, stack)
        swap_files = stack.enter_context(files.replacement(archive))
        stack.enter_context(engine().replacement(archive))
        ContentType.objects.clear_cache()
        call_command("migrate", interactive=False, verbosity=0)
        said += _settle(taken_at, now)
        said += _carry_over(spool) if spool else _what_can_not_be_known(archive.manifest, unknown)
        keys.check(keys.SECRET_KEY)
        said += _other_attribution_key()
        # Last, and inside the database's block: files that can not be moved leave the old database as well.
        swap_files()
    return said


def _why_unknown(manifest: Manifest) -> str:
    """Say why the database here does not know what was taken away since the backup; "" where it does.

    One that was itself put back behind the backup lacks people whom the backup has: they were never erased.
    """
    if not origin() or origin() != manifest.origin:
        return "The database here was not the one the backup was taken of"
    if Hold.objects.filter(taken_at__lt=manifest.taken_at, made_at__gt=manifest.taken_at).exists():
        return "The database here had been restored from an older backup"
    return ""


def _spool_of_the_living(taken_at: datetime, stack: ExitStack) -> Spool:
    """Note what the database here knows."""
    spool = stack.enter_context(Spool())
    spool.collect(taken_at)
    return spool


def _carry_over(spool: Spool) -> list[str]:
    return list(spool.apply()) or ["Nothing had been taken away or sent since."]


def _settle(taken_at: datetime, now: datetime) -> Iterator[str]:
    for settle in carryover.settlers().values():
        yield from settle(taken_at, now)


def _other_attribution_key() -> list[str]:
    """The portal will not start with another one; nothing that the restore itself does needs it."""
    try:
        keys.check(keys.ATTRIBUTION_KEY)
    except keys.WrongKey:
        return [OTHER_ATTRIBUTION_KEY]
    return []


def _describe(manifest: Manifest) -> str:
    rows = sum(table["rows"] for table in manifest.tables.values())
    count = sum(name.startswith(files.FOLDER) for name in manifest.parts)
    return f"Restored {rows} rows and {count} files as of {manifest.taken_at:%Y-%m-%d %H:%M} UTC."


def _what_can_not_be_known(manifest: Manifest, reason: str) -> list[str]:
    people = get_user_model()._default_manager.count()
    warning = (
        f"{reason}, so what was revoked since "
        f"{manifest.taken_at:%Y-%m-%d %H:%M} UTC can not be known. Look through the {people} members and take away "
        "again what was taken away since: accounts suspended or closed, memberships and staff rights ended, "
        "invitations withdrawn, addresses suppressed. Passwords and second factors are those of then."
    )
    return [warning]
