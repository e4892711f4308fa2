"""``manage.py demo``: fills an empty database with the demo; a second run changes nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.events.models import Event
from apps.members.models import Member
from apps.pages.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    help = "Loads the demo into an empty database: facts of the group, invented people, sample events."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            self.stdout.write("The demo is here already; nothing was changed.")
            return
        if not settings.PORTAL_DEMO:
            raise CommandError("PORTAL_DEMO is off, so this portal gets no demo. Nothing was changed.")
        if Member.objects.exists():
            raise CommandError(
                "This portal has members of its own, and the demo would mix invented people with them. "
                "Nothing was changed; give the demo an empty database (another DATA_DIR or DATABASE_URL)."
            )
        load_demo(password=settings.DEMO_PASSWORD, now=timezone.now())
        people, events = Member.objects.count(), Event.objects.count()
        self.stdout.write(f"The demo is loaded: {people} people, {events} events.")
