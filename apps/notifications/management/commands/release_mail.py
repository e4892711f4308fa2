"""`manage.py release_mail [--set-aside]`: lets mail go again after a restore, like the button in the admin."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.refused import Refused
from apps.notifications.holds import open_hold, release_mail


class Command(BaseCommand):
    help = "Lets the mail go that a restore has put on hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--set-aside", action="store_true", help="do not send what stood in the backup, keep it as unclear"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            waited = release_mail(actor=None, hold=open_hold(), sets_aside=options["set_aside"], now=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        what = f"{waited.mails} mails, {waited.reminders} reminders and {waited.announcements} announcements waited"
        self.stdout.write(f"{what}; {_what_happens(waited.earlier, sets_aside=options['set_aside'])}")


def _what_happens(earlier: int, *, sets_aside: bool) -> str:
    if sets_aside:
        return f"{earlier} mails that stood in the backup are set aside as unclear, the rest goes."
    return "all of it goes."
