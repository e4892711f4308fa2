"""Chance that repeats itself: each row draws from a source of its own, so that its number alone decides what it is."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

MARK = "synthetic"


def draw_for(thing: str, number: int) -> Random:
    """Return the source of one row's draws; the same for the same thing and number, in every run and process."""
    return Random(f"{thing}:{number}")  # noqa: S311  sample data, no secret


def weighted[Choice](draw: Random, choices: dict[Choice, int]) -> Choice:
    """Draw one of ``{choice: weight}``."""
    return draw.choices(list(choices), list(choices.values()))[0]


def missing_numbers(wanted: int, present: int) -> Sequence[int]:
    """Return the numbers from 1 to ``wanted`` that come after the ``present`` ones."""
    return range(present + 1, wanted + 1)
