"""`manage.py import_members FILE.csv --group SLUG [--invite] [--dry-run]`: people from a list become invitations."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.refused import Refused
from apps.members.actions import import_rows, known_to_import
from apps.members.actions.importing import Imported
from apps.members.importing import Reading, Remark, read
from apps.members.models import Group


class Command(BaseCommand):
    help = "Prepares an invitation for each good row of a CSV file; says of every other row what is wrong with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)
        parser.add_argument("--group", required=True, metavar="SLUG", help="the group they are invited to")
        parser.add_argument("--invite", action="store_true", help="mail the invitations at once")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        group = Group.objects.filter(slug=options["group"]).first()
        if group is None:
            raise CommandError(f"There is no group “{options['group']}”.")
        try:
            reading = read(_content(options["file"]), known_to_import())
            imported = import_rows(
                actor=None,
                group=group,
                rows=reading.rows,
                now=timezone.now(),
                sends=options["invite"],
                is_trial=options["dry_run"],
            )
        except Refused as refusal:
            raise CommandError(f"{options['file'].name}: {refusal}") from refusal
        self._tell(reading, imported, group, options)

    def _tell(self, reading: Reading, imported: Imported, group: Group, options: dict[str, Any]) -> None:
        faults = reading.faults + imported.faults
        duplicates = reading.duplicates + imported.duplicates
        self._list("Not read", reading.hints)
        self._list("Skipped, here already", duplicates)
        self._list("Left out", faults)
        left_out = reading.faulty_lines + len(imported.faults)
        count = len(imported.wanted if options["dry_run"] else imported.invitations)
        self.stdout.write(
            f"{group.slug}: {count} {_what_happened(options)}, {len(duplicates)} skipped, {left_out} left out."
        )
        if left_out:
            raise CommandError(f"{left_out} rows have faults and were left out.")

    def _list(self, heading: str, remarks: Iterable[Remark]) -> None:
        for remark in sorted(remarks, key=lambda remark: remark.line):
            self.stdout.write(f"{heading}: {remark}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CommandError(f"{path} can not be read: {fault.strerror}.") from fault


def _what_happened(options: dict[str, Any]) -> str:
    if options["dry_run"]:
        return "would be invited" if options["invite"] else "would be prepared"
    return "invited" if options["invite"] else "prepared"
