"""The words somebody typed into the search: all must be there, "these in this order", and the last may go on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from apps.core.accents import fold

# What is longer was not typed by a person who looks for something.
LONGEST = 200
MOST_WORDS = 12

_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand one after the other; ``is_open``: the last one may go on."""

    words: tuple[str, ...]
    is_open: bool = False

    @property
    def forms(self) -> list[tuple[str, ...]]:
        """The words as typed, and with "ß" for "ss" and the other way round: which of them a text has is unknown."""
        swaps = (("ss", "ss"), ("ss", "ß"), ("ß", "ss"))
        return sorted({tuple(word.replace(*swap) for word in self.words) for swap in swaps})


@dataclass(frozen=True)
class Asked:
    """What is looked for. All terms must be found; without any, nothing is."""

    terms: tuple[Term, ...]
    is_cut: bool = False

    @cached_property
    def marks(self) -> re.Pattern[str]:
        """What to mark in a folded text; longer terms first, so that they win where two begin together."""
        forms = [(form, term.is_open) for term in self.terms for form in term.forms]
        in_order = sorted(forms, key=lambda pair: -len("".join(pair[0])))
        return re.compile("|".join(_pattern(words, is_open) for words, is_open in in_order) or r"(?!)")


def read(typed: str) -> Asked:
    """Return what was asked for, whatever was typed: any marks, quotes without end, other scripts, nothing at all.

    The last word is open where it is no quotation and is not one lone Latin letter.
    """
    text = unicodedata.normalize("NFC", typed[:LONGEST])
    terms = [Term(words, is_open) for words, is_open in _terms(text) if words]
    kept: list[Term] = []
    for term in terms:
        room = MOST_WORDS - sum(len(each.words) for each in kept)
        if len(term.words) > room:
            return Asked(tuple(kept), is_cut=True)
        if term not in kept:
            kept.append(term)
    return Asked(tuple(kept), is_cut=len(typed) > LONGEST)


def _terms(text: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Quoted words in one term each, others word by word; "6.4" and "d'Ivoire" are two words in a row."""
    pieces = _QUOTED.split(text)
    for number, piece in enumerate(pieces):
        if number % 2:
            yield tuple(fold(piece).split()), False
            continue
        chunks = [chunk for chunk in (fold(word).split() for word in piece.split()) if chunk]
        is_end = number == len(pieces) - 1
        for place, chunk in enumerate(chunks, start=1):
            yield tuple(chunk), is_end and place == len(chunks) and _may_go_on(chunk[-1])


def _may_go_on(word: str) -> bool:
    return len(word) > 1 or not word.isascii()


def _pattern(words: tuple[str, ...], is_open: bool) -> str:
    return rf"(?<![^ ]){' +'.join(map(re.escape, words))}{'[^ ]*' if is_open else '(?![^ ])'}"
