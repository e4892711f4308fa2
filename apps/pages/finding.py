"""What the page of the search shows: what was found, as its reader meets it, and by what it can be narrowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.core import search, snippets
from apps.core.searchable import Row, Searchable, every
from apps.core.searchwords import Asked
from apps.core.snippets import Stretch
from apps.members.models import Member


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of things, and how many of it were found; ``is_cut``: there may be more."""

    kind: str
    label: str
    count: int
    is_cut: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was found: its row, and its title and some of its text with the found words marked."""

    searchable: Searchable
    row: Row
    title: list[Stretch]
    text: list[Stretch]


def tabs_of(hits: list[search.Hit], chosen: str) -> list[Tab]:
    """Return the kinds something was found of, and the one that is chosen. No query."""
    counts = search.counts(hits)
    return [
        Tab(
            kind=searchable.kind,
            label=str(searchable.plural),
            count=counts.get(searchable.number, 0),
            is_cut=counts.get(searchable.number, 0) >= search.RANKED,
            is_chosen=searchable.kind == chosen,
        )
        for searchable in every()
        if counts.get(searchable.number) or searchable.kind == chosen
    ]


def of_kind(hits: list[search.Hit], kind: str) -> list[search.Hit]:
    """Return the hits of one kind, all of them for no known kind. No query."""
    numbers = [searchable.number for searchable in every() if searchable.kind == kind]
    return [hit for hit in hits if hit.number in numbers] if numbers else hits


def results_of(hits: Iterable[search.Hit], asked: Asked, reader: Member | None) -> list[Result]:
    """Return what a page shows of hits, in their order. One query, and one for each kind among them.

    What the reader can see no longer, a moment after it was found, is not among it.
    """
    hits = list(hits)
    entries = search.windows(hits, asked)
    found = [entries[hit.entry_id] for hit in hits if hit.entry_id in entries]
    kinds = {searchable.kind: searchable for searchable in every()}
    rows = {
        kind: kinds[kind].rows([entry.object_id for entry in found if entry.kind == kind], reader)
        for kind in {entry.kind for entry in found}
    }
    return [
        Result(kinds[entry.kind], row, snippets.marked(entry.title, asked), _text(entry, asked))
        for entry in found
        if (row := rows[entry.kind].get(entry.object_id))
    ]


def _text(entry: Any, asked: Asked) -> list[Stretch]:
    return snippets.snippet(entry.window, entry.begins - 1, entry.length, asked)
