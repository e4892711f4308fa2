"""`manage.py createsuperuser`: Django's own, which says so in a sentence when the address has an account already."""

from __future__ import annotations

from django.contrib.auth.management.commands.createsuperuser import Command as DjangoCommand


class Command(DjangoCommand):
    # Unique whatever the capitals, by a constraint that Django can not see; the manager looks it up the same way.
    username_is_unique = True
