"""Queries that nearly every page asks, put into SQL once per process and not once per request.

What somebody may see is one large condition, and writing it as SQL takes longer than the answer. The text depends only
on which roles the reader holds, not on who they are or in which groups: so it is kept per roles, and the reader's own
numbers are put in each time. The database is asked anew, with what holds at that moment; nothing it answers is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

# Numbers that stand for those of a reader in a text that is kept; no row has ever come so far.
_FIRST_MARK = 2**62
# Dates and times, also as SQLite takes them: a text that is kept would go on asking for one that has passed.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d")

type Build = Callable[..., QuerySet[Any]]


class Prepared:
    """A query made by ``build(reader, *ids)`` for a member, or None, whose numbers it uses only as values.

    ``build`` must not look at the numbers themselves, and at nothing of the reader but ``pk``, ``is_staff`` and
    ``group_roles()``: not at a name, a language, a zone.
    """

    def __init__(self, build: Build) -> None:
        self._written = lru_cache(maxsize=256)(lambda *shape: _written(build, *shape))

    def sql(self, reader: Any, *ids: int) -> tuple[str, list[Any]]:
        """Return text and values for this reader and these ids. At most the one query for the roles."""
        if reader is None or not reader.is_active:
            text, values = self._written(len(ids), None)
            return text, _filled(values, ids)
        roles = {} if reader.is_staff else reader.group_roles()
        text, values = self._written(len(ids), tuple(roles.values()), reader.is_staff)
        return text, _filled(values, [*ids, reader.pk, *roles])

    def rows(self, reader: Any, *ids: int) -> list[tuple[Any, ...]]:
        """Return the rows as the database gives them: for texts and numbers."""
        with connection.cursor() as cursor:
            cursor.execute(*self.sql(reader, *ids))
            return cursor.fetchall()

    def within(self, reader: Any, *ids: int) -> RawSQL:
        """Return the query as a part of another: ``filter(pk__in=seen.within(reader))``."""
        return RawSQL(*self.sql(reader, *ids))  # noqa: S611  written by Django


def _filled(values: tuple[Any, ...], numbers: Sequence[int]) -> list[Any]:
    """Return the values with each mark replaced by the number it stands for."""
    return [
        numbers[value - _FIRST_MARK] if isinstance(value, int) and value >= _FIRST_MARK else value for value in values
    ]


def _written(
    build: Build, id_count: int, roles: tuple[str, ...] | None, is_staff: bool = False
) -> tuple[str, tuple[Any, ...]]:
    """Write the query for a stand-in with these roles (None: nobody)."""
    marks = iter(range(_FIRST_MARK, 2**63))
    ids = [next(marks) for _each in range(id_count)]
    reader: Any = None
    if roles is not None:
        reader = get_user_model()(pk=next(marks), is_staff=is_staff)
        reader.hold_roles({next(marks): role for role in roles})
    text, values = build(reader, *ids).query.sql_with_params()
    if any(_MOMENT.match(str(value)) for value in values):
        raise TypeError(f"{build.__qualname__} asks for a moment, which would be kept.")
    return text, values
