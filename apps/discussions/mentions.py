"""Mentions: ``@Mina Member`` becomes ``@{12}`` when a post is kept, so that it follows the person and not the spelling.

Only people who may see the thread can be mentioned, and of these only whom the writer may know of: by their page, or
by a group they share. Nobody else is found, so nothing tells whether there is such a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from apps.core.text import people_in
from apps.members.managers import MemberQuerySet
from apps.members.models import Member, Membership
from apps.members.permissions import met_q

if TYPE_CHECKING:
    from apps.discussions.models import Thread

# More are left as they were typed: a post is no way to reach everybody.
MOST = 20
_LONGEST_NAME = 150

_START = re.compile(r"(?<![\w@.{])@(?=\w)")
_KEPT = re.compile(r"@\{(\d+)\}")


def resolved(text: str, *, actor: Member, thread: Thread) -> str:
    """Return the text with the people it mentions as ``@{number}``. At most one query beside the roles'.

    A name two people bear, and one the actor may not know of, stays as it was typed.
    """
    typed = _KEPT.sub(r"@\1", text)
    starts = [found.end() for found in _START.finditer(typed)][:MOST]
    if not starts:
        return typed
    people = _people_called({_first_word(typed[start:]) for start in starts}, actor, thread)
    pieces, end = [], 0
    for start in starts:
        number, length = _person_at(typed[start : start + _LONGEST_NAME], people)
        if number and start >= end:
            pieces += [typed[end : start - 1], f"@{{{number}}}"]
            end = start + length
    return "".join([*pieces, typed[end:]])


def typed_again(text: str) -> str:
    """Return a kept text as its writer would type it. One query where somebody is mentioned."""
    names = names_of(people_in(text))
    return _KEPT.sub(lambda found: f"@{names.get(int(found[1]), found[1])}", text)


def names_of(numbers: Iterable[int]) -> dict[int, str]:
    """Return the present names of people by number. One query, none for nobody."""
    wanted = set(numbers)
    return dict(Member.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def mentionable(actor: Member, thread: Thread) -> MemberQuerySet:
    """Whom the actor may mention in the thread."""
    shared = Membership.objects.current().filter(member=OuterRef("pk"), group__in=list(actor.group_roles()))
    return Member.objects.seeing(thread).filter(met_q(actor) | Exists(shared))


def _people_called(first_words: set[str], actor: Member, thread: Thread) -> dict[str, list[int]]:
    """Return the numbers of the people whose names begin so, by name in small letters."""
    begins = Q()
    for word in first_words:
        begins |= Q(name__istartswith=word)
    found: dict[str, list[int]] = {}
    for number, name in mentionable(actor, thread).filter(begins).values_list("pk", "name")[:500]:
        found.setdefault(name.casefold(), []).append(number)
    return found


def _first_word(text: str) -> str:
    found = re.match(r"[\w’'-]+", text[:_LONGEST_NAME])
    return found[0] if found else ""


def _person_at(text: str, people: dict[str, list[int]]) -> tuple[int, int]:
    """Return the number of the person whose whole name stands at the beginning, the longest first, and its length."""
    for name in sorted(people, key=len, reverse=True):
        rest = text[len(name) :]
        if name and text[: len(name)].casefold() == name and not re.match(r"\w", rest):
            return (people[name][0], len(name)) if len(people[name]) == 1 else (0, 0)
    return 0, 0
