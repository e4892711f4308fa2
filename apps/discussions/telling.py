"""When readers are told of posts: dated rows of the mail engine (``notifications.Reminder``), one for each saying.

A post under a name is told after a settling delay, so that edits and deletes are respected. Posts without names are
told together at two fixed times a day: a mail says nothing about when one was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from apps.notifications.reminders import Planned

if TYPE_CHECKING:
    from apps.discussions.models import Post, Thread

SETTLES_IN = timedelta(minutes=2)
WORTH_TELLING_FOR = timedelta(days=3)
# Of the day, in UTC: early and late in Europe, in daylight east and west of it.
BATCH_TIMES = (time(6), time(16))

_RULE = re.compile(r"discussions\.(?:post|addressed|batch):(\d{1,9})(?:-(\d{1,9}))?(?:@.*)?")
_POST_LINK = re.compile(r"(?<![\w#])#(\d{1,9})\b")


def plans_for(post: Post) -> list[Planned]:
    """Return what is to be said of a post under a name: to those who follow, and to those it is addressed to."""
    due_at = post.posted_at + SETTLES_IN if post.posted_at else None
    if due_at is None or post.posted_at is None:
        return []
    kinds = {"thread_post": "post", "thread_addressed": "addressed"}
    return [
        Planned(
            rule=f"discussions.{name}:{post.number}",
            kind=kind,
            anchor_at=post.posted_at,
            due_at=due_at,
            expires_at=due_at + WORTH_TELLING_FOR,
        )
        for kind, name in kinds.items()
        if kind == "thread_post" or is_addressed_to_somebody(post.text)
    ]


def plan_for_batch(thread: Thread, first: int, last: int, slot_at: datetime) -> Planned:
    """Return what is to be said of the posts of these numbers at a fixed time."""
    return Planned(
        rule=f"discussions.batch:{first}-{last}",
        kind="thread_batch",
        anchor_at=slot_at,
        due_at=slot_at,
        expires_at=slot_at + WORTH_TELLING_FOR,
    )


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
    return "@{" in text or _POST_LINK.search(text) is not None


def posts_answered_in(texts: Iterable[str]) -> set[int]:
    """Return the numbers of the posts these texts point to, as ``#3``."""
    return {int(found[1]) for text in texts for found in _POST_LINK.finditer(text)}
