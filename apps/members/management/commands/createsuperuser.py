"""`manage.py createsuperuser`: Django's own, which says so in a sentence when the address has an account already, and
refuses one that no mail server takes.
"""

from __future__ import annotations

from django.contrib.auth.management.commands.createsuperuser import Command as DjangoCommand
from django.core.exceptions import ValidationError

from apps.core.lines import validate_mailbox


class Command(DjangoCommand):
    # Unique whatever the capitals, by a constraint that Django can not see; the manager looks it up the same way.
    username_is_unique = True

    def _validate_username(self, username: str, verbose_field_name: str, database: str) -> str | None:
        """Return what is wrong with the address, None for nothing."""
        try:
            validate_mailbox(username)
        except ValidationError as fault:
            return str(fault.messages[0])
        said: str | None = super()._validate_username(  # type: ignore[misc]  # the stubs leave it out
            username, verbose_field_name, database
        )
        return said
