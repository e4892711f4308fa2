"""The parts of a name as it stands on a title page, as far as anybody can tell them apart.

Citation formats ask for family and given name; we hold the name as its bearer writes it. Western order is taken for
granted where there are several words in an alphabet; everything else stays in one piece, which every format allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
# Scripts in which the family name comes first or stands in no separate word: Han, kana, Hangul and their like.
_UNSPLIT = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Name:
    """A person in parts, or ``literal``: an organisation, or a name that is not taken apart."""

    literal: str = ""
    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""

    @property
    def last_first(self) -> str:
        """As bibliographies sort it: "van der Berg, Ada, Jr."; a literal as it is."""
        if self.literal:
            return self.literal
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(part for part in (family, self.given, self.suffix) if part)


def corporate(name: str) -> Name:
    """Return an organisation's name: never taken apart."""
    return Name(literal=name)


def person(name: str) -> Name:
    """Return a person's name in parts. "Family, Given" is taken at its word; one word is no family name."""
    if _UNSPLIT.search(name):
        return Name(literal=name)
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and given.lower() not in _SUFFIXES:
        return _with_particle(family.split(), given, "")
    words = name.replace(",", " ").split()
    suffix = words.pop() if len(words) > 2 and words[-1].lower() in _SUFFIXES else ""
    if len(words) < 2:
        return Name(literal=name)
    start = next((at for at, word in enumerate(words[1:-1], start=1) if _is_particle(word)), len(words) - 1)
    return _with_particle(words[start:], " ".join(words[:start]), suffix)


def _with_particle(family: list[str], given: str, suffix: str) -> Name:
    """Part the words in small letters before a family name from it: "van der", "de la"."""
    first = next((at for at, word in enumerate(family) if not _is_particle(word)), len(family) - 1)
    return Name(family=" ".join(family[first:]), given=given, particle=" ".join(family[:first]), suffix=suffix)


def _is_particle(word: str) -> bool:
    """A word in small letters; scripts without capitals have none."""
    return word[0].islower()
