"""When readers are told of posts: dated rows of the mail engine (``notifications.Reminder``), one for each saying.

Posts are told after a settling delay, so that edits and deletes are respected; those without names together, after two
fixed times a day: a mail says nothing about when one was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from apps.core.references import POST
from apps.core.text import people_in
from apps.notifications.reminders import Planned

if TYPE_CHECKING:
    from apps.discussions.models import Post, Thread

SETTLES_IN = timedelta(minutes=2)
WORTH_TELLING_FOR = timedelta(days=3)
# Of the day, in UTC: early and late in Europe, in daylight east and west of it.
BATCH_TIMES = (time(6), time(16))

# By kind, how a rule begins that tells of one post under a name.
_ALONE = {"thread_post": "post", "thread_addressed": "addressed"}
_RULE = re.compile(r"discussions\.(?:post|addressed|batch):(\d{1,9})(?:-(\d{1,9}))?(?:@.*)?")
_FENCES = ("```", "~~~")
_CODE = re.compile(r"`[^`\n]*`")


def plans_for(post: Post) -> list[Planned]:
    """Return what is to be said of a post under a name: to those who follow, and to those it is addressed to."""
    due_at = post.posted_at + SETTLES_IN if post.posted_at else None
    if due_at is None or post.posted_at is None:
        return []
    return [
        Planned(
            rule=_rule_alone(name, post.number),
            kind=kind,
            anchor_at=post.posted_at,
            due_at=due_at,
            expires_at=due_at + WORTH_TELLING_FOR,
        )
        for kind, name in _ALONE.items()
        if kind == "thread_post" or is_addressed_to_somebody(post.text)
    ]


def plan_for_batch(thread: Thread, first: int, last: int, slot_at: datetime, now: datetime) -> Planned:
    """Return what is to be said of the posts of these numbers at a fixed time: those that stand there ``now``, of which
    the last may have been written a moment ago.
    """
    due_at = now + SETTLES_IN
    return Planned(
        rule=f"discussions.batch:{first}-{last}",
        kind="thread_batch",
        anchor_at=slot_at,
        due_at=due_at,
        expires_at=due_at + WORTH_TELLING_FOR,
    )


def rules_about(number: int) -> list[str]:
    """Return the rules by which a post of this number is told alone."""
    return [_rule_alone(name, number) for name in _ALONE.values()]


def _rule_alone(name: str, number: int) -> str:
    return f"discussions.{name}:{number}"


def numbers_told(rule: str) -> tuple[int, int]:
    """Return the first and last number a rule, or the occasion of a mail made from it, speaks of; (0, 0) for none."""
    found = _RULE.fullmatch(rule)
    if found is None:
        return 0, 0
    return int(found[1]), int(found[2] or found[1])


def last_slot(now: datetime) -> datetime:
    """Return the latest of the fixed times that is not after ``now``."""
    local = now.astimezone(UTC)
    slots = [datetime.combine(local.date(), at, UTC) for at in BATCH_TIMES]
    return max((slot for slot in slots if slot <= local), default=slots[-1] - timedelta(days=1))


def is_addressed_to_somebody(text: str) -> bool:
    return bool(mentioned_in([text]) or posts_answered_in([text]))


def mentioned_in(texts: Iterable[str]) -> set[int]:
    """Return the numbers of the people these posts mention in words of their own."""
    return {number for text in texts for number in people_in(_own_words(text))}


def posts_answered_in(texts: Iterable[str]) -> set[int]:
    """Return the numbers of the posts these texts point to, as ``#3``, in words of their own."""
    return {int(found[1]) for text in texts for found in POST.finditer(_own_words(text))}


def _own_words(text: str) -> str:
    """Return a post without what it quotes, which was told when it was said, and without code."""
    lines, fence = [], ""
    for line in text.splitlines():
        start = line.lstrip()[:3]
        if fence:
            fence = "" if start == fence else fence
        elif start in _FENCES:
            fence = start
        elif not start.startswith(">"):
            lines.append(line)
    return _CODE.sub("", "\n".join(lines))
