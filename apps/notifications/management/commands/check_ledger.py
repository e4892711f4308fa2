"""``manage.py check_ledger``: what should have been sent against what was; exit 1 if they differ."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.notifications.ledger import differences


class Command(BaseCommand):
    help = "Compare what should have been sent with the ledger; print each difference and exit 1 if there is any."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for difference in differences(timezone.now()):
            count += 1
            self.stdout.write(difference)
        if count:
            self.stderr.write(f"{count} differences.")
            sys.exit(1)
        self.stdout.write("No differences.")
