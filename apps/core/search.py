"""Full text search over ``SearchEntry``: the only file that asks which database there is.

SQLite: FTS5 over the folded columns, kept by triggers. PostgreSQL: a generated ``tsvector`` with a GIN index for each
kind. Both get words that are folded already, so neither needs to know accents, and both read the newest entries of a
kind first.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Model, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, Length, NullIf, StrIndex, Substr

from apps.core.models import SearchEntry
from apps.core.prepared import Prepared, Ready, in_place, literals_of
from apps.core.searchable import Searchable, every, kind_of
from apps.core.searchwords import Asked

# Of each kind, and of each part of one, the newest that the reader may see are ranked. A word that more have finds
# nothing in particular, and ranking all of them would cost more and more.
RANKED = 500
# A word in the title counts for as many in the text.
TITLE_WEIGHT = 10.0
WINDOW = 800
WINDOW_BEFORE = 80

_INDEX = "core_searchindex"
_WORDS = "core_searchwords"
_ENTRY = SearchEntry._meta.db_table
_VECTOR = """setweight(to_tsvector('simple'::regconfig, folded_title), 'A')
    || setweight(to_tsvector('simple'::regconfig, folded_text), 'D')"""

_SQLITE_ADD = (
    f"INSERT INTO {_INDEX}(rowid, folded_title, folded_text) "  # noqa: S608  names of ours
    "VALUES (new.id, new.folded_title, new.folded_text)"
)
_SQLITE_TAKE = (
    f"INSERT INTO {_INDEX}({_INDEX}, rowid, folded_title, folded_text) "  # noqa: S608  names of ours
    "VALUES ('delete', old.id, old.folded_title, old.folded_text)"
)
# The tokenizer splits at what ``fold`` made spaces, and at nothing else.
_SQLITE_BUILD = [
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {_INDEX} USING fts5(
        folded_title, folded_text, content='{_ENTRY}', content_rowid='id', prefix='2 3',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")""",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {_WORDS} USING fts5vocab('{_INDEX}', 'instance')",
    f"CREATE TRIGGER IF NOT EXISTS search_added AFTER INSERT ON {_ENTRY} BEGIN {_SQLITE_ADD}; END",
    f"CREATE TRIGGER IF NOT EXISTS search_removed AFTER DELETE ON {_ENTRY} BEGIN {_SQLITE_TAKE}; END",
    f"CREATE TRIGGER IF NOT EXISTS search_changed AFTER UPDATE ON {_ENTRY} BEGIN {_SQLITE_TAKE}; {_SQLITE_ADD}; END",
]
_SQLITE_DROP = [
    *(f"DROP TRIGGER IF EXISTS search_{name}" for name in ("added", "removed", "changed")),
    *(f"DROP TABLE IF EXISTS {name}" for name in (_WORDS, _INDEX)),
]
_POSTGRES_BUILD = [
    f"ALTER TABLE {_ENTRY} ADD COLUMN IF NOT EXISTS vector tsvector GENERATED ALWAYS AS ({_VECTOR}) STORED",
]
# With one index for all, a word in many posts would be looked up among those posts for every other kind too.
_POSTGRES_BUILD_KIND = (
    f"CREATE INDEX IF NOT EXISTS search_words_{{number}} ON {_ENTRY} USING gin (vector) "
    "WHERE id BETWEEN {lowest} AND {highest}"
)
# There was one for all, and code of then makes it anew where somebody goes back to it for a while.
_POSTGRES_DROP_ONE_FOR_ALL = """DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_indexes WHERE indexname = 'search_words') THEN DROP INDEX search_words; END IF;
END $$"""
_POSTGRES_DROP = [f"ALTER TABLE {_ENTRY} DROP COLUMN IF EXISTS vector"]

# Of words that begin in a certain way FTS5 makes one list of all rows, and makes it anew in each part of the query; of
# one whole word it reads no more rows than are wanted. So a beginning becomes the words that begin so, where they are
# few; each is found by one step in the index. For fewer letters there is an index of beginnings, or too many words.
_FEWEST_LETTERS = 4
_MOST_WORDS = 30
# %s: the lowest such word, twice what lies above the highest, what stands before the word, the beginning for FTS5.
_SQLITE_GROWN = f"""(
    WITH RECURSIVE grown(word) AS (
        SELECT (SELECT term FROM {_WORDS} WHERE term >= %s AND term < %s LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM {_WORDS} WHERE term >= grown.word || char(1) AND term < %s LIMIT 1)
        FROM grown WHERE grown.word IS NOT NULL LIMIT {_MOST_WORDS + 2}
    )
    SELECT CASE WHEN count(word) BETWEEN 1 AND {_MOST_WORDS}
        THEN group_concat('"' || %s || word || '"', ' OR ') ELSE %s END FROM grown
)"""  # noqa: S608  names of ours

# Ranks are lower the better.
_SQLITE_FIND = f"""
    SELECT {_INDEX}.rowid, bm25({_INDEX}, {TITLE_WEIGHT}, 1.0)
    FROM {_INDEX} JOIN {_ENTRY} AS entry ON entry.id = {_INDEX}.rowid
    WHERE {_INDEX} MATCH (SELECT words FROM asked) AND {_INDEX}.rowid BETWEEN {{lowest}} AND {{highest}}
        AND entry.part = '{{part}}' AND EXISTS ({{visible}})
    ORDER BY {_INDEX}.rowid DESC LIMIT {RANKED}
"""  # noqa: S608  names of ours
_POSTGRES_FIND = f"""
    SELECT entry.id, -ts_rank_cd('{{{{0.1, 0.1, 0.1, 1.0}}}}', entry.vector, query, 1)
    FROM {_ENTRY} AS entry, to_tsquery('simple', {{words}}) AS query
    WHERE entry.vector @@ query AND entry.id BETWEEN {{lowest}} AND {{highest}} AND entry.part = '{{part}}'
        AND EXISTS ({{visible}})
    ORDER BY entry.id DESC LIMIT {RANKED}
"""  # noqa: S608  names of ours


class Hit(NamedTuple):
    """One entry that was found. The lower the rank, the better; of equals the newer comes first."""

    rank: float
    entry_id: int

    @property
    def number(self) -> int:
        """The number of its kind."""
        return kind_of(self.entry_id)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """By what the reader narrows beside the words: slugs of a topic and a group, a year."""

    topic: str = ""
    group: str = ""
    year: int | None = None


NOTHING = Narrowing()


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def build() -> None:
    """Make the index beside the table of entries, unless it is there."""
    _execute(_SQLITE_BUILD if is_sqlite() else [*_POSTGRES_BUILD, *_postgres_indexes(), _POSTGRES_DROP_ONE_FOR_ALL])


def drop() -> None:
    """Remove the index."""
    _execute(_SQLITE_DROP if is_sqlite() else _POSTGRES_DROP)


def tidy() -> None:
    """Have words of what was deleted leave the file too: FTS5 only crosses them out until it merges its parts."""
    if is_sqlite():
        _execute([f"INSERT INTO {_INDEX}({_INDEX}) VALUES ('optimize')"])  # noqa: S608  names of ours


def find(
    asked: Asked, reader: Any, narrowing: Narrowing = NOTHING, kinds: Iterable[Searchable] | None = None
) -> list[Hit]:
    """Return what ``reader`` (None: a stranger) may see of what has all the terms, the best first.

    At most RANKED of each kind and part, the newest. One query, beside the roles' and what ``ways`` ask for.
    """
    if not asked.terms:
        return []
    head, begun = _sqlite_asked(asked) if is_sqlite() else ("", [])
    [words] = [""] if is_sqlite() else literals_of([_postgres_words(asked)])
    queries = [
        query
        for searchable in (every() if kinds is None else kinds)
        for part in searchable.parts
        if (query := _query(searchable, part, reader, words, narrowing))
    ]
    if not queries:
        return []
    sql = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS found" for sql, _values in queries)  # noqa: S608  made above
    values = [*begun, *(value for _sql, values in queries for value in values or ())]
    with connection.cursor() as cursor:
        cursor.execute(head + sql, values or None)
        hits = [Hit(rank, entry_id) for entry_id, rank in cursor.fetchall()]
    hits.sort(key=attrgetter("entry_id"), reverse=True)
    hits.sort(key=attrgetter("rank"))
    return hits


def counts(hits: Iterable[Hit]) -> dict[int, int]:
    """Return how many were found of each kind, by its number."""
    return Counter(kind_of(hit.entry_id) for hit in hits)


def windows(hits: Iterable[Hit], asked: Asked) -> dict[int, Any]:
    """Return the entries of hits by id, each with a ``window`` of its text that holds a found word, ``begins`` (from
    1), and the text's ``length``: papers are long. One query.
    """
    ids = [hit.entry_id for hit in hits]
    if not ids:
        return {}
    entries = SearchEntry.objects.filter(pk__in=ids)
    begins = Greatest(_first_place(asked) - WINDOW_BEFORE, Value(1))
    found = entries.annotate(begins=begins, length=Length("text"), window=Substr("text", begins, WINDOW))
    return {entry.pk: entry for entry in found.only("id", "kind", "object_id", "title")}


def _query(searchable: Searchable, part: str, reader: Any, words: str, narrowing: Narrowing) -> Ready | None:
    """Return SQL and values of one way, or None where nobody finds anything through it. ``words`` is a literal."""
    try:
        visible, values = _seen(searchable, part, reader, narrowing)
    except EmptyResultSet:
        return None
    year = narrowing.year
    lowest, highest = searchable.ids(date(year, 1, 1), date(year, 12, 31)) if year else searchable.ids()
    find = _SQLITE_FIND if is_sqlite() else _POSTGRES_FIND
    return find.format(words=words, lowest=lowest, highest=highest, part=part, visible=visible), values


def _seen(searchable: Searchable, part: str, reader: Any, narrowing: Narrowing) -> Ready:
    """Return SQL and values that ask whether the reader may find the thing of the entry around."""
    narrows = [
        (slug, narrow)
        for slug, narrow in ((narrowing.topic, searchable.on_topic), (narrowing.group, searchable.in_group))
        if slug
    ]
    if not narrows:
        return _prepared(searchable, part).ready(reader)
    things = _way(searchable, part, reader)
    for slug, narrow in narrows:
        things = narrow(things, slug, reader)
    return in_place(*_this_one(searchable, things).query.sql_with_params())


@cache
def _prepared(searchable: Searchable, part: str) -> Prepared:
    return Prepared(lambda reader: _this_one(searchable, _way(searchable, part, reader)))


def _way(searchable: Searchable, part: str, reader: Any) -> QuerySet[Any]:
    ways = searchable.ways(reader)
    return ways[part] if part in ways else searchable.model._default_manager.none()


def _this_one(searchable: Searchable, things: QuerySet[Any]) -> QuerySet[Any]:
    return things.order_by().filter(pk=_EntryKey(searchable.model)).values("pk")


class _EntryKey(Expression):
    """The key that the entry of the query around holds, as the key of the model."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__(output_field=model._meta.pk)
        self._model = model

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        key = self._model._meta.pk
        return f"CAST(entry.object_id AS {key.rel_db_type(connection)})", ()


def _postgres_indexes() -> Iterable[str]:
    for searchable in every():
        lowest, highest = searchable.ids()
        yield _POSTGRES_BUILD_KIND.format(number=searchable.number, lowest=lowest, highest=highest)


def _sqlite_asked(asked: Asked) -> tuple[str, list[str]]:
    """Return the beginning of a query that knows the terms, as FTS5 wants them, as ``asked.words``; and its values.

    Folded words hold no quotes, so nobody's text is taken for an operator.
    """
    pieces, values = [], []
    for term in asked.terms:
        for place, words in enumerate(term.forms):
            sql, own = _sqlite_phrase(words, term.is_open)
            pieces += ["%s", sql]
            values += [" OR " if place else ") AND (" if pieces[2:] else "(", *own]
    return f"WITH asked(words) AS MATERIALIZED (SELECT {' || '.join([*pieces, '%s'])}) ", [*values, ")"]


def _sqlite_phrase(words: tuple[str, ...], is_open: bool) -> tuple[str, list[str]]:
    phrase = f'"{" ".join(words)}"'
    *before, last = words
    if not is_open:
        return "%s", [phrase]
    if len(last) < _FEWEST_LETTERS:
        return "%s", [f"{phrase} *"]
    above = f"{last}{chr(sys.maxunicode)}"
    return _SQLITE_GROWN, [last, above, above, "".join(f"{word} " for word in before), f"{phrase} *"]


def _postgres_words(asked: Asked) -> str:
    """The terms as ``to_tsquery`` wants them."""
    forms = ((_postgres_phrase(words, term.is_open) for words in term.forms) for term in asked.terms)
    return " & ".join(f"({' | '.join(phrases)})" for phrases in forms)


def _postgres_phrase(words: tuple[str, ...], is_open: bool) -> str:
    return " <-> ".join(f"'{word}'" for word in words) + (":*" if is_open else "")


def _first_place(asked: Asked) -> Any:
    """Where in a text the longest term stands, or its first word, or 1."""
    term = max(asked.terms, key=lambda term: len("".join(term.words)))
    whole, first = " ".join(term.words), term.words[0]
    needles = [f" {whole}" if term.is_open else f" {whole} ", f" {first} ", f" {first}"]
    places = [NullIf(StrIndex("folded_text", Value(needle)), Value(0)) for needle in dict.fromkeys(needles)]
    return Coalesce(*places, Value(1))


def _execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
