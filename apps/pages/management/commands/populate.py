"""``manage.py populate``: bulk synthetic data for benchmarks; a second run makes only what is missing."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from apps.members.models import Member
from apps.pages.demo.people import address_of
from apps.pages.populate.load import MAKERS, populate

HIGHEST = 10_000_000


class Command(BaseCommand):
    help = "Makes synthetic people and things for benchmarks, marked so and without mails. Never for a real portal."

    def add_arguments(self, parser: CommandParser) -> None:
        for name in MAKERS:
            parser.add_argument(
                f"--{name}", type=amount, default=0, metavar="N", help=f"how many {name} there shall be"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION and not settings.PORTAL_DEMO:
            raise CommandError("This is a production portal; synthetic people have no place in it.")
        made = populate(
            wanted={name: options[name] for name in MAKERS},
            password=settings.DEMO_PASSWORD,
            now=timezone.now(),
        )
        if connection.vendor == "postgresql":
            # The first pages are asked for before the server has looked at so many new rows itself.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        if options["verbosity"]:
            self._report(made)

    def _report(self, made: dict[str, int]) -> None:
        counts = ", ".join(f"{count} {name}" for name, count in made.items())
        self.stdout.write(f"Made {counts}; what was there stays as it was.")
        if Member.objects.with_address(address_of("coordinator")).exists():
            self.stdout.write("Sign in as coordinator@example.org or member@example.org with the demo's password.")


def amount(word: str) -> int:
    """Read a whole number from 0 up."""
    if not (word.isascii() and word.isdecimal() and int(word[:9]) <= HIGHEST and len(word) < 9):
        raise ArgumentTypeError(f"must be a whole number from 0 to {HIGHEST}")
    return int(word)
