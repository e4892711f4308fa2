"""`manage.py adopt_key [NAME]`: go on with a new key where the old one is lost, or leaked and must not be given."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.core import keys

WHAT_IS_LOST = {
    keys.SECRET_KEY: "Links sent before are dead, everybody has to sign in again, and authenticator apps and recovery "
    "codes set up with the old key no longer work: their owners must set them up anew.",
    keys.ATTRIBUTION_KEY: "What somebody wrote without a name before can no longer be told to be by the same person "
    "as what they write from now on.",
}


class Command(BaseCommand):
    help = "Take the present key as the right one for this database, although the old one is not given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default=keys.SECRET_KEY, choices=keys.NAMES, metavar="NAME")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        keys.adopt(name)
        self.stdout.write(f"From now on the portal starts with this {name}. {WHAT_IS_LOST[name]}")
