"""The first thing a restore reads: what an archive holds and whether it fits this portal."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.core import keys
from apps.core.refused import Refused

NAME = "manifest.json"
FORMAT = 1


@dataclass(slots=True)
class Manifest:
    """``migrations`` are [app, name] as applied, ``tables`` rows and columns by table, ``parts`` sums by name.

    ``origin`` tells one portal's database from another's: two backups of the same one share it.
    """

    made_at: str
    portal: str
    engine: str
    origin: str
    key: str
    migrations: list[list[str]]
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def of_this_portal(cls, now: datetime) -> Self:
        """Describe the portal as it is; tables and parts are still to come."""
        applied = sorted(list(key) for key in MigrationRecorder(connection).applied_migrations())
        return cls(now.isoformat(), _version(), connection.vendor, origin(), keys.fingerprint(), applied)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read one back. Refuses what is no manifest, or one of another format."""
        try:
            manifest = cls(**json.loads(text))
            datetime.fromisoformat(manifest.made_at)
        except (TypeError, ValueError) as fault:
            raise Refused("Its list of contents cannot be read; it is not a backup of the portal.") from fault
        if manifest.format != FORMAT:
            raise Refused(f"It has format {manifest.format}; this portal reads format {FORMAT}.")
        return manifest

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @property
    def taken_at(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def origin() -> str:
    """Return when this database was made, to the microsecond; "" for one that is not a portal's yet."""
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        return ""
    first = recorder.migration_qs.filter(app="core").order_by("id").values_list("applied", flat=True).first()
    return first.isoformat() if first else ""


def _version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["version"]
