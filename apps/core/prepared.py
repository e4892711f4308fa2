"""Queries that nearly every page asks, put into SQL once per process and not once per request.

What somebody may see is one large condition, and writing it as SQL takes longer than the answer. The text depends only
on which roles the reader holds, not on who they are or in which groups: so it is kept per roles, and the reader's own
numbers are put in each time, and so are the numbers, moments, days and words the query is asked with. The database is
asked anew, with what holds at that moment; nothing it answers is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL

# Texts of one query, one for each set of roles and number of values; tens of kilobytes each.
KEPT = 64

# What stands for a value in a text that is kept: no row has ever come so far, no event is planned for then, and nobody
# can type that character (Unicode 17, 23.5: private use; it is no letter).
_FIRST_NUMBER = 2**62
_STEP = 1009  # One mark and a little must not be the next one.
_FIRST_MOMENT = datetime(9000, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(8000, 1, 1)  # Apart from those moments, which a query may cut to their day.
_SIGN = "\ue0f5"
# Dates and times, also as SQLite takes them: a text that is kept would go on asking for one that has passed.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d")
# What is asked where Django sees that nothing can be found, and writes no query.
_NOTHING = "SELECT 1 AS pk WHERE 1 = 0"
# What Django's compiler knows after writing, and needs to read the answer.
_LEARNT = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")

type Asked = int | str | datetime | date
# Text and values; None on PostgreSQL, where the values stand in the text, which then is no template any more.
type Ready = tuple[str, list[Any] | None]
type Build = Callable[..., QuerySet[Any]]


class Prepared:
    """A query made by ``build(reader, *values)`` for a member, or None; values are numbers, moments, days or words.

    ``build`` uses the values only as they are, or a number as an offset (``rows[start : start + 50]``): it must not
    look at them, nor reckon with them. And it looks at nothing of the reader but ``pk``, ``is_staff`` and
    ``group_roles()``: not at a name, a language, a zone. What staff may see does not depend on their groups, so they
    appear to be in none; ``with_groups_of_staff`` where the query asks for more than what may be seen.
    """

    def __init__(self, build: Build, *, with_groups_of_staff: bool = False) -> None:
        self._written = lru_cache(maxsize=KEPT)(lambda *shape: _Text(build, *shape))
        self._with_groups_of_staff = with_groups_of_staff

    def sql(self, reader: Any, *values: Asked) -> tuple[str, list[Any]]:
        """Return text and values for this reader and these values. At most the one query for the roles."""
        text, given = self._given(reader, values)
        return text.filled(given)

    def ready(self, reader: Any, *values: Asked) -> Ready:
        """The same as a cursor takes it soonest."""
        text, given = self._given(reader, values)
        return text.ready(given)

    def rows(self, reader: Any, *values: Asked) -> list[tuple[Any, ...]]:
        """Return the rows as the database gives them: for texts and numbers."""
        with connection.cursor() as cursor:
            cursor.execute(*self.ready(reader, *values))
            return cursor.fetchall()

    def objects(self, reader: Any, *values: Asked) -> list[Any]:
        """Return the rows as the query itself would give them: instances with what is selected, annotated, prefetched,
        or converted values.
        """
        text, given = self._given(reader, values)
        return text.objects(given)

    def hold(self, instance: Model, relation: str) -> None:
        """Let ``instance.<relation>.all()`` answer with the rows of this instance, as after ``prefetch_related``.

        ``build(None, pk)`` gives what belongs to the instance with this key.
        """
        rows: Any = QuerySet(instance._meta.get_field(relation).related_model)
        rows._result_cache = self.objects(None, instance.pk)  # noqa: SLF001  as Django itself fills it
        instance.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = rows

    def count(self, reader: Any, *values: Asked) -> int:
        """Return how many rows there are."""
        sql, filled = self.ready(reader, *values)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS counted", filled)  # noqa: S608  written by Django
            return int(cursor.fetchone()[0])

    def within(self, reader: Any, *values: Asked) -> RawSQL:
        """Return the query as a part of another: ``filter(pk__in=seen.within(reader))``."""
        return RawSQL(*self.sql(reader, *values))  # noqa: S611  written by Django

    def holds(self, reader: Any, *values: Asked) -> RawSQL:
        """Return the condition that a row of the same table is among the query's: ``filter(seen.holds(reader))``.

        ``build`` ends with ``values("pk")``. Row by row, as SQLite would list all of them first for ``within``; not for
        a query that becomes part of another, where Django gives tables other names.
        """
        text, given = self._given(reader, values)
        sql, filled = text.filled(given)
        condition = f"EXISTS (SELECT 1 FROM ({sql}) AS known WHERE known.pk = {text.own_key})"  # noqa: S608  by Django
        return RawSQL(condition, filled, output_field=BooleanField())  # noqa: S611  written by Django

    def _given(self, reader: Any, values: Sequence[Asked]) -> tuple[_Text, Sequence[Asked]]:
        """Return the text for this reader, and the values of its places."""
        kinds = tuple(map(type, values))
        if reader is None or not reader.is_active:
            return self._written(kinds, None), values
        roles = reader.group_roles() if self._with_groups_of_staff or not reader.is_staff else {}
        # In one order, whichever the memberships came in: the same roles are one text.
        roles = dict(sorted(roles.items(), key=itemgetter(1, 0)))
        return self._written(kinds, tuple(roles.values()), reader.is_staff), [*values, reader.pk, *roles]


class _Text:
    """What Django wrote for a stand-in with these roles (None: nobody), and how it reads the answer."""

    def __init__(
        self, build: Build, kinds: tuple[type, ...], roles: tuple[str, ...] | None, is_staff: bool = False
    ) -> None:
        marks = [_mark(kind, place) for place, kind in enumerate(kinds)]
        own = [_number(len(marks) + place) for place in range(1 + len(roles or ()))]
        reader: Any = None
        if roles is not None:
            reader = get_user_model()(pk=own[0], is_staff=is_staff)
            reader.hold_roles(dict(zip(own[1:], roles, strict=True)))
        self._query = build(reader, *marks)
        compiler = self._query.query.get_compiler(connection=connection)
        names = self._query.model._meta
        self.own_key = ".".join(map(connection.ops.quote_name, (names.db_table, names.pk.column)))
        try:
            self.sql, written = compiler.as_sql()
        except EmptyResultSet:
            self.sql, written = _NOTHING, ()
        self._learnt = {name: getattr(compiler, name, None) for name in _LEARNT}
        places = {_adapted(mark): place for place, mark in enumerate([*marks, *own])}
        # Each value, and the place of the reader's or asker's value that stands there instead.
        self._written = [(value, _place_of(value, places, build)) for value in written]
        # Django writes offsets into the text.
        self._offsets = [(str(mark), place) for place, mark in enumerate(marks) if str(mark) in self.sql]
        self._pieces = self._cut() if connection.vendor == "postgresql" else None

    def filled(self, values: Sequence[Asked]) -> tuple[str, list[Any]]:
        """Return the text and its values, with each mark replaced by what it stands for."""
        sql = self.sql
        for mark, place in self._offsets:
            sql = sql.replace(mark, str(int(values[place])))  # type: ignore[arg-type]  # of the kind of its mark
        return sql, [value if place is None else _adapted(values[place]) for value, place in self._written]

    def ready(self, values: Sequence[Asked]) -> Ready:
        """The same as a cursor takes it soonest: on PostgreSQL with the values in place, and so without looking through
        the whole text for them each time, as psycopg does (https://www.psycopg.org/psycopg3/docs/advanced/cursors.html,
        client-side binding).
        """
        if self._pieces is None:
            return self.filled(values)
        literals = literals_of(map(_adapted, values))
        return "".join(piece if isinstance(piece, str) else literals[piece] for piece in self._pieces), None

    def _cut(self) -> list[str | int]:
        """Return the text in pieces, with the places of what differs each time between them."""
        offsets = dict(self._offsets)
        written = zip(literals_of(value for value, _place in self._written), self._written, strict=True)
        marks = "".join(f"|{mark}" for mark in offsets)
        pieces: list[str | int] = [""]
        for piece in re.split(f"(%s|%%{marks})", self.sql):
            if piece == "%s":
                text, (_value, place) = next(written)
            else:
                text, place = piece.replace("%%", "%"), offsets.get(piece)
            if place is None:
                pieces[-1] += text  # type: ignore[operator]  # every other one is text
            else:
                pieces += [place, ""]
        return pieces

    def objects(self, values: Sequence[Asked]) -> list[Any]:
        rows = self._query.all()
        rows.query.get_compiler = partial(self._compiler, self.ready(values))  # type: ignore[method-assign]
        return list(rows)

    def _compiler(self, ready: Ready, *_using: Any, **_options: Any) -> Any:
        """Return a compiler as it is after writing, which gives the kept text."""
        compiler = self._query.query.get_compiler(connection=connection)
        vars(compiler).update(self._learnt, as_sql=lambda *_args, **_options: ready)
        return compiler


def in_place(sql: str, values: Sequence[Any]) -> Ready:
    """Return a query that is asked once as ``Prepared.ready`` gives those that are kept."""
    if connection.vendor != "postgresql":
        return sql, list(values)
    literals = iter(literals_of(values))
    return re.sub("%[s%]", lambda found: next(literals) if found[0] == "%s" else "%", sql), None


def literals_of(values: Iterable[Any]) -> list[str]:
    """Return the values as psycopg writes them into a query. For PostgreSQL."""
    connection.ensure_connection()
    psycopg: Any = connection.Database  # type: ignore[attr-defined]  # Not imported, for SQLite needs none of it.
    writer = psycopg.adapt.Transformer.from_context(connection.connection)
    with connection.wrap_database_errors:
        return [_literal(writer, value) for value in values]


def _number(place: int) -> int:
    return _FIRST_NUMBER + _STEP * place


def _mark(kind: type, place: int) -> Asked:
    if kind is int:
        return _number(place)
    if kind is datetime:
        return _FIRST_MOMENT + timedelta(seconds=_STEP * place, microseconds=place)
    if kind is date:
        return _FIRST_DAY + timedelta(days=_STEP * place)
    if kind is str:
        return f"{_SIGN}{place}{_SIGN}"
    raise TypeError(f"{kind.__name__} is nothing a prepared query is asked with.")


def _adapted(value: Any) -> Any:
    """Return the value as the database takes it, as Django's compiler does."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _literal(writer: Any, value: Any) -> str:
    if type(value) is int:
        return str(value) if value >= 0 else f"({value})"
    return "NULL" if value is None else writer.as_literal(value).decode(writer.encoding)


def _place_of(value: Any, places: dict[Any, int], build: Build) -> int | None:
    """Return the place of the mark that ``value`` is, None for a value that is always the same."""
    if isinstance(value, int | str | date) and value in places:
        return places[value]
    if _MOMENT.match(str(value)):
        raise TypeError(f"{build.__qualname__} asks for a moment, which would be kept.")
    if (isinstance(value, int) and value >= _FIRST_NUMBER) or _SIGN in str(value):
        raise TypeError(f"{build.__qualname__} reckons with a value, which would be kept.")
    return None
