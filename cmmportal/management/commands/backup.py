"""`manage.py backup FILE`: database and files in one archive, while the portal runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.refused import Refused
from cmmportal.backup.taking import take


class Command(BaseCommand):
    help = "Writes database and files into one archive that nobody else can read; the portal may run meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="a new file")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            taken = take(file, timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{file}: {taken.rows} rows, {taken.files} files, {taken.size} bytes.")
        self.stdout.write("Keep SECRET_KEY somewhere else: it is not in there, and the backup is of no use without it.")
        self.stdout.write("Keep ATTRIBUTION_KEY there too: no other tells what one person wrote without a name.")
