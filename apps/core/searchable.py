"""What can be found by words: each app registers its things here as data, in ``AppConfig.ready()``.

An entry is a copy of the words of a thing. Who finds it is asked of the thing itself each time: ``ways`` are querysets
of what the reader may see at this moment, and the search looks nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString

_EPOCH = date(1970, 1, 1).toordinal()
_DAY_BITS, _MARK_BITS = 16, 40
_LAST_DAY = (1 << _DAY_BITS) - 1


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one thing that the same readers may find. ``text`` is plain; ``part`` names the readers."""

    title: str
    text: str = ""
    day: date | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing as found: where it is read, and what its kind draws of it. ``language`` is that of its title."""

    url: str
    shown: Any = None
    language: str = ""


@dataclass(frozen=True)
class Searchable:
    """One kind of things. ``number`` (1 to 63) stands in the entries' ids: never change it, never give it twice.

    ``pieces`` reads the words of a thing; ``ways`` gives, for a reader (None: a stranger), the things they may find
    through each ``Piece.part`` of ``parts``. It is asked once for all who hold the same roles, so it keeps to what
    ``prepared.Prepared`` allows. ``on_topic`` and ``in_group`` narrow such a queryset by a slug, as far as the reader
    sees who or what belongs there. ``rows`` reads, once for all things of a page, what is shown of each beside title
    and words, by ``key_of``; what is missing there is not shown. ``draw``, where there is one, draws rows, one for one
    and without a query. ``load`` makes a queryset bring along what ``pieces`` reads.
    """

    kind: str
    number: int
    name: Any
    plural: Any
    model: type[Model]
    pieces: Callable[[Any], Iterable[Piece]]
    ways: Callable[[Any], Mapping[str, QuerySet[Any]]]
    on_topic: Callable[[QuerySet[Any], str, Any], QuerySet[Any]]
    in_group: Callable[[QuerySet[Any], str, Any], QuerySet[Any]]
    rows: Callable[[list[str], Any], dict[str, Row]]
    parts: tuple[str, ...] = ("",)
    draw: Callable[[list[Row]], list[SafeString]] | None = None
    load: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda things: things

    def ids(self, first: date | None = None, last: date | None = None) -> tuple[int, int]:
        """Return the lowest and the highest id of entries of this kind, of these days where they are given."""
        lowest = _head(self.number, first)
        highest = _head(self.number, last) if last else (self.number << _DAY_BITS) | _LAST_DAY
        return lowest << _MARK_BITS, ((highest + 1) << _MARK_BITS) - 1


@dataclass(frozen=True)
class Source:
    """A table that ``searchable`` copies ``fields`` from. ``things`` leads from its rows' keys to the things' keys."""

    searchable: Searchable
    fields: frozenset[str]
    things: Callable[[list[Any]], Iterable[Any]]


_registered: dict[str, Searchable] = {}
_sources: dict[type[Model], list[Source]] = {}


def register(
    searchable: Searchable,
    fields: Iterable[str],
    others: Mapping[type[Model], tuple[Iterable[str], Callable[[list[Any]], QuerySet[Any]]]] | None = None,
) -> None:
    """Make things findable. ``fields`` are the model's columns that ``pieces`` reads; ``others`` says the same of
    further tables, each with the way from its rows' keys to the things. Those models are ``searched.Searched``.
    """
    if searchable.kind in _registered:
        return
    _registered[searchable.kind] = searchable
    _sources.setdefault(searchable.model, []).append(Source(searchable, frozenset(fields), list))
    for model, (columns, things) in (others or {}).items():
        _sources.setdefault(model, []).append(Source(searchable, frozenset(columns), partial(_keys, things)))


def every() -> list[Searchable]:
    """Return all kinds, in the order of their numbers."""
    return sorted(_registered.values(), key=lambda searchable: searchable.number)


def sources_of(model: type[Model], fields: Iterable[str] | None = None) -> list[Source]:
    """Return what copies something from ``model``, from these of its fields where they are named."""
    found = _sources.get(model, [])
    return found if fields is None else [source for source in found if source.fields.intersection(fields)]


def kind_of(entry_id: int) -> int:
    """Return the ``number`` of the kind that an entry's id names."""
    return entry_id >> (_DAY_BITS + _MARK_BITS)


def day_of(entry_id: int) -> date | None:
    """Return the day that an entry's id names."""
    days = (entry_id >> _MARK_BITS) & _LAST_DAY
    return date.fromordinal(days + _EPOCH) if days else None


def key_of(pk: Any) -> str:
    """Return a thing's key as entries hold it: as both databases can turn it back into a number or a UUID."""
    return pk.hex if isinstance(pk, UUID) else str(pk)


def entry_id(searchable: Searchable, key: str, piece: Piece) -> int:
    """Return 63 bits: the kind's number, the thing's day, a mark made of the thing's key.

    So the newest of a kind are its highest ids, and both databases read a range of them backwards without sorting. A
    counter would tell when a text without a name was written, between two that say it.
    """
    digest = hashlib.blake2b(f"{searchable.kind}:{key}:{piece.part}".encode(), digest_size=_MARK_BITS // 8)
    return (_head(searchable.number, piece.day) << _MARK_BITS) | int.from_bytes(digest.digest())


def _head(number: int, day: date | None) -> int:
    """Days before 1970, and none, count as the first."""
    return (number << _DAY_BITS) | min(max(day.toordinal() - _EPOCH if day else 0, 0), _LAST_DAY)


def _keys(things: Callable[[list[Any]], QuerySet[Any]], rows: list[Any]) -> list[Any]:
    return list(things(rows).values_list("pk", flat=True))
