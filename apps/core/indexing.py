"""Keeping the entries of the search equal to the things they are copied from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.core.accents import fold
from apps.core.models import SearchEntry
from apps.core.searchable import Piece, Searchable, entry_id, every, key_of

CHUNK = 500
# A vector of PostgreSQL holds a megabyte, of which each word takes some; papers have a tenth of this.
MOST_BYTES = 500_000
MOST_WORDS = 40_000
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "", "\x00": ""})
_SPACES = re.compile(r"\s+")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\s]{0,300}\)")
_MARKS = re.compile(r"[*_`~|]+|^ {0,3}(?:> ?)+|^ {0,3}#{1,6} |^[-+=:| ]+$", re.MULTILINE)

type Place = tuple[str, str]


def words_of(markdown: str) -> str:
    """Return a text written in Markdown without its marks. Linear in its length; for snippets, not for reading."""
    return _MARKS.sub(" ", _LINK.sub(r"\1", markdown))


@transaction.atomic
def settle(searchable: Searchable, pks: Iterable[Any]) -> None:
    """Make the entries of these things what the things say now; those of things that are gone are removed.

    Reads the rows anew: whoever wrote them holds them, or ``hold`` does. Three queries per CHUNK where nothing changed.
    """
    for some in batched(dict.fromkeys(pks), CHUNK):
        _write(_wanted(searchable, some), _present(searchable, some))


def hold(searchable: Searchable, pks: Iterable[Any]) -> None:
    """Keep others from settling these things until the transaction ends, by an UPDATE that changes nothing.

    Needed where a row of another table changes: its writer does not hold the thing, and two writers would each copy
    what they see.
    """
    column = searchable.model._meta.pk.name
    rows = searchable.model._default_manager
    for some in batched(pks, CHUNK):
        rows.filter(pk__in=some).update(**{column: F(column)})


def settle_all(searchable: Searchable) -> int:
    """Settle every thing of a kind, chunk by chunk, each in a transaction of its own; return how many entries changed.

    What belongs to no thing is removed at the end.
    """
    changed = 0
    for some in _chunks(searchable):
        with transaction.atomic():
            changed += _write(_wanted(searchable, some), _present(searchable, some))
    for some in _orphans(searchable):
        changed += SearchEntry.objects.filter(pk__in=some).delete()[0]
    return changed


def differences(searchable: Searchable) -> Iterator[str]:
    """Name each entry that is not as its thing says. Changes nothing."""
    for some in _chunks(searchable):
        wanted, present = _wanted(searchable, some), _present(searchable, some)
        for place in sorted(wanted.keys() | present.keys()):
            if place not in present or place not in wanted or not _is_same(wanted[place], present[place]):
                yield f"{searchable.kind} {' '.join(filter(None, place))}"
    for some in _orphans(searchable):
        for entry in SearchEntry.objects.filter(pk__in=some).only("object_id"):
            yield f"{searchable.kind} {entry.object_id} (is gone)"


def is_empty() -> bool:
    """Whether no thing has an entry, as after an upgrade from a portal without a search."""
    return not SearchEntry.objects.exists()


def reindex() -> int:
    """Settle all kinds; return how many entries changed."""
    return sum(settle_all(searchable) for searchable in every())


def _wanted(searchable: Searchable, pks: Iterable[Any]) -> dict[Place, SearchEntry]:
    things = searchable.load(searchable.model._default_manager.filter(pk__in=list(pks)))
    entries = [_entry(searchable, key_of(thing.pk), piece) for thing in things for piece in searchable.pieces(thing)]
    return {(entry.object_id, entry.part): entry for entry in entries}


def _present(searchable: Searchable, pks: Iterable[Any]) -> dict[Place, SearchEntry]:
    entries = SearchEntry.objects.filter(kind=searchable.kind, object_id__in=[key_of(pk) for pk in pks])
    return {(entry.object_id, entry.part): entry for entry in entries.defer("folded_title", "folded_text")}


def _write(wanted: dict[Place, SearchEntry], present: dict[Place, SearchEntry]) -> int:
    fresh = [entry for place, entry in wanted.items() if place not in present or not _is_same(entry, present[place])]
    old = [entry.pk for place, entry in present.items() if place not in wanted or not _is_same(wanted[place], entry)]
    if old:
        SearchEntry.objects.filter(pk__in=old).delete()
    # In the order of their ids FTS5 takes them in one go.
    SearchEntry.objects.bulk_create(sorted(fresh, key=lambda entry: entry.pk))
    return max(len(fresh), len(old))


def _is_same(entry: SearchEntry, other: SearchEntry) -> bool:
    return (entry.pk, entry.title, entry.text) == (other.pk, other.title, other.text)


def _entry(searchable: Searchable, key: str, piece: Piece) -> SearchEntry:
    title, text = _kept(piece.title), _kept(piece.text)
    return SearchEntry(
        pk=entry_id(searchable, key, piece),
        kind=searchable.kind,
        object_id=key,
        part=piece.part,
        title=title,
        text=text,
        folded_title=f" {fold(title)} ",
        folded_text=f" {fold(text)} ",
    )


def _kept(text: str) -> str:
    """Return ``text`` on one line, as far as both databases can take it in."""
    line = _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_LIGATURES)).strip()
    if len(line) * 4 > MOST_BYTES:
        line = line.encode(errors="ignore")[:MOST_BYTES].decode(errors="ignore")
        line = " ".join(line.split(" ")[:MOST_WORDS]) if len(set(fold(line).split())) > MOST_WORDS else line
    return line


def _chunks(searchable: Searchable) -> Iterator[list[Any]]:
    """The keys of all things, in order, without holding all of them."""
    rows = searchable.model._default_manager.order_by("pk").values_list("pk", flat=True)
    some = list(rows[:CHUNK])
    while some:
        yield some
        some = list(rows.filter(pk__gt=some[-1])[:CHUNK])


def _orphans(searchable: Searchable) -> Iterator[list[int]]:
    """Ids of entries whose things are gone."""
    lowest, highest = searchable.ids()
    entries = SearchEntry.objects.order_by("pk").values_list("pk", "object_id").filter(pk__lte=highest)
    some = list(entries.filter(pk__gte=lowest)[:CHUNK])
    while some:
        living = searchable.model._default_manager.filter(pk__in=[object_id for _pk, object_id in some])
        keys = {key_of(pk) for pk in living.values_list("pk", flat=True)}
        yield [pk for pk, object_id in some if object_id not in keys]
        some = list(entries.filter(pk__gt=some[-1][0])[:CHUNK])
