"""``manage.py reindex``: makes what the search finds anew from what there is, or only says where the two differ."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import indexing, search
from apps.core.searchable import every


class Command(BaseCommand):
    help = "Compares the entries of the search with the things they are copied from, and mends them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only name what differs; status 1 when anything does")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        search.build()
        found = 0
        for searchable in every():
            if check:
                for difference in indexing.differences(searchable):
                    found += 1
                    self.stdout.write(difference)
            else:
                changed = indexing.settle_all(searchable)
                self.stdout.write(f"{searchable.kind}: {changed} entries changed.")
        if found:
            raise CommandError(f"{found} entries differ. manage.py reindex mends them.")
        if check:
            self.stdout.write("The search knows every thing as it is.")
        else:
            search.tidy()
