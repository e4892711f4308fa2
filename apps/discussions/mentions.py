"""Mentions: ``@Mina Member`` becomes ``@{12}`` when a post is kept, so that it follows the person and not the spelling.

Only people who may see the thread can be mentioned, and of these only whom the writer may know of: by their page, or
by a group they share. Nobody else is found, so nothing tells whether there is such a person. Where names are withheld
only people count whom everybody may know of: else a mention that works would say whom its writer knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from apps.core.accents import beginning_of, spelled
from apps.core.references import PERSON
from apps.core.text import people_in
from apps.members.managers import MemberQuerySet
from apps.members.models import Member, Membership
from apps.members.permissions import met_by_all_q, met_q

if TYPE_CHECKING:
    from apps.discussions.models import Thread

# More are left as they were typed: a post is no way to reach everybody.
MOST = 20
_LONGEST_NAME = 150
_TELLING = 40

# What stands in place of the name of somebody who was erased.
NOBODY = "…"

_START = re.compile(r"(?<![\w@.{])@(?=\w)")


@dataclass(frozen=True, slots=True)
class Mentions:
    """A text with the people it mentions as ``@{number}``, and the names in it that fit several, as they were typed."""

    text: str
    unclear: tuple[str, ...] = ()


def resolved(text: str, *, actor: Member, thread: Thread) -> str:
    """Return the text with the people it mentions as ``@{number}``. At most one query beside the roles'."""
    return mentions_in(text, actor=actor, thread=thread).text


def mentions_in(text: str, *, actor: Member, thread: Thread) -> Mentions:
    """Find the people a text mentions, whatever the accents and capitals of their names. At most one query beside the
    roles'.

    Where names differ by those alone, who is spelled just so is meant. A name that still fits several people, and one
    the actor may not know of, stays as it was typed.
    """
    typed = PERSON.sub(r"@\1", text)
    starts = [found.end() for found in _START.finditer(typed)][:MOST]
    if not starts:
        return Mentions(typed)
    people = _people_called({_first_word(typed[start:]) for start in starts}, actor, thread)
    pieces, unclear, end = [], [], 0
    for start in starts:
        numbers, length = _people_at(typed[start : start + _LONGEST_NAME], people)
        if len(numbers) > 1:
            unclear.append(typed[start : start + length])
        elif numbers and start >= end:
            pieces += [typed[end : start - 1], f"@{{{numbers[0]}}}"]
            end = start + length
    return Mentions("".join([*pieces, typed[end:]]), tuple(dict.fromkeys(unclear)))


def typed_again(text: str) -> str:
    """Return a kept text as its writer would type it. One query where somebody is mentioned."""
    return typed_with(text, names_of(people_in(text)))


def typed_with(text: str, names: Mapping[int, str]) -> str:
    """Return the same where the names are known already. No query."""
    return PERSON.sub(lambda found: f"@{names[int(found[1])]}", text)


def names_of(numbers: Iterable[int]) -> dict[int, str]:
    """Return the present names of people by number, a mark for whom there is no more. One query, none for nobody."""
    names = dict.fromkeys(numbers, NOBODY)
    return names | dict(Member.objects.filter(pk__in=names).values_list("pk", "name")) if names else {}


def mentionable(actor: Member, thread: Thread) -> MemberQuerySet:
    """Whom the actor may mention in the thread; in one without names the same people whoever writes."""
    seeing = Member.objects.seeing(thread)
    if not thread.is_named:
        return seeing.filter(met_by_all_q())
    shared = Membership.objects.current().filter(member=OuterRef("pk"), group__in=list(actor.group_roles()))
    return seeing.filter(met_q(actor) | Exists(shared))


def _people_called(first_words: set[str], actor: Member, thread: Thread) -> dict[str, dict[int, str]]:
    """Return the people whose names begin so: their numbers and names, by the name as ``spelled``."""
    begins = mentionable(actor, thread).filter(name__regex=beginning_of(first_words))
    found: dict[str, dict[int, str]] = {}
    for number, name in begins.values_list("pk", "name")[:500]:
        found.setdefault(spelled(name)[0], {})[number] = name
    return found


def _first_word(text: str) -> str:
    """Return what a name has to begin with: as much of the first word as tells, without a genitive behind it."""
    found = re.match(r"[\w’'-]+", text[:_TELLING])
    return re.sub(r"[’']s?$", "", found[0]) if found else ""


def _people_at(text: str, people: dict[str, dict[int, str]]) -> tuple[list[int], int]:
    """Return the numbers of those whose whole name stands at the beginning, the longest first, and its length there."""
    plain, ends = spelled(text)
    for name in sorted(filter(plain.startswith, people), key=len, reverse=True):
        length = ends[len(name) - 1] if name else 0
        is_whole = ends[len(name) :][:1] != [length] and not re.match(r"\w", text[length:])
        if length and is_whole:
            just_so = [number for number, each in people[name].items() if _cased(each) == _cased(text[:length])]
            return just_so if len(just_so) == 1 else list(people[name]), length
    return [], 0


def _cased(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
