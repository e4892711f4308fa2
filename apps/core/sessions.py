"""Sessions in the database, which say that it is away as everything else does."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from apps.core.away import is_away


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        """Keep it. While the database is away that is what is raised (503: come again), and not that the session has
        ended meanwhile (400), which Django makes of it.
        """
        try:
            super().save(must_create)
        except UpdateError as ended:
            fault = ended.__context__
            if fault is not None and is_away(fault):
                raise fault from fault.__cause__
            raise
