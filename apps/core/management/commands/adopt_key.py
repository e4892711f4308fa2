"""`manage.py adopt_key`: go on with a new SECRET_KEY where the old one is lost, or leaked and must not be given."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.core import keys


class Command(BaseCommand):
    help = "Take the present SECRET_KEY as the right one for this database, although the old one is not given."

    def handle(self, *args: Any, **options: Any) -> None:
        keys.adopt()
        self.stdout.write(
            "From now on the portal starts with this SECRET_KEY. Links sent before are dead, everybody has to sign in "
            "again, and authenticator apps and recovery codes set up with the old key no longer work: their owners "
            "must set them up anew."
        )
