"""`manage.py restore FILE`: puts a backup in place of what is here, and holds all mail until a person lets it go."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.refused import Refused
from cmmportal import lock
from cmmportal.backup.restoring import restore


class Command(BaseCommand):
    help = "Replaces database and files by those of a backup. The portal must not run."
    # The database may be empty or behind: the restore brings it up to date itself.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="what `manage.py backup` has written")
        parser.add_argument(
            "--without-carry-over",
            action="store_true",
            help="keep nothing of the database that is here: what was taken away since the backup comes back",
        )

    def handle(self, *args: Any, file: Path, without_carry_over: bool, **options: Any) -> None:
        try:
            lock.take_run_lock(settings.DATA_DIR)
            lock.refuse_users(settings.DATA_DIR)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            said = restore(file, timezone.now(), carry_over=not without_carry_over)
        except Refused as refusal:
            raise CommandError(f"{file}: {refusal}") from refusal
        for sentence in said:
            self.stdout.write(sentence)
