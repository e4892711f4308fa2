"""Synthetic threads and posts, one thread long, every tenth without names; nobody is told of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import batched

from apps.discussions.models import Post, Thread, today_of
from apps.discussions.querysets import ThreadQuerySet
from apps.discussions.wording import drawing
from apps.members.models import Group, Member, Topic
from apps.members.permissions import Visibility
from apps.pages.populate.draws import MARK, draw_for, missing_numbers, weighted
from apps.pages.populate.pools import Pools
from apps.publications.models import Attribution

BATCH = 2000
# The first thread takes every tenth post until it has so many: a page at its end is to cost what its first one does.
LONGEST = 10_000
FIRST_ID = 10**11

_YEARS = timedelta(days=3 * 365)
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, f"posts.{MARK}.example.org")
_VISIBILITIES = {Visibility.MEMBERS: 40, Visibility.GROUP: 55, Visibility.COORDINATORS: 5}
_SUBJECTS = ("authorisation", "registries", "removals", "baselines", "reporting", "crediting", "additionality")
_VERBS = ("changes", "delays", "settles", "reopens", "leaves open", "repeats")
_THINGS = ("the first transfer", "a letter", "the review", "the agreed format", "a buffer", "the period", "a threshold")


def load_threads(wanted: int, now: datetime) -> int:
    """Make the synthetic threads up to number ``wanted`` that are missing; return how many were made."""
    numbers = missing_numbers(wanted, _threads().count())
    groups = list(Group.objects.order_by("pk").values_list("pk", flat=True))
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    for some in batched(numbers, BATCH):
        Thread.objects.bulk_create(_thread(number, groups, now) for number in some)
        Thread.topics.through.objects.bulk_create(
            Thread.topics.through(thread_id=FIRST_ID + number, topic_id=draw_for("thread topic", number).choice(topics))
            for number in some
        )
    return len(numbers)


def load_posts(wanted: int, now: datetime) -> int:
    """Make the synthetic posts up to number ``wanted`` that are missing; return how many were made.

    They follow each other in time, over three years and up to now. Without a thread there is none.
    """
    threads = {thread.pk: thread for thread in _threads().order_by("pk")}
    numbers = missing_numbers(wanted, Post.objects.filter(thread__in=_threads()).count()) if threads else []
    pools, texts = Pools(), _Texts()
    writers = sorted({pk for pool in pools.crowd.values() for pk in pool}) if threads else []
    if not writers:
        return 0
    for some in batched(numbers, BATCH):
        at = {number: now - _YEARS * (1 - number / wanted) for number in some}
        Post.objects.bulk_create([_post(number, _home(number, threads), at[number], writers, texts) for number in some])
    # Once, and few at a time: each batch of posts touches nearly all threads, and Django writes three cases for each.
    Thread.objects.bulk_update(threads.values(), ["last_number", "last_posted_at", "told_number"], batch_size=200)
    return len(numbers)


def _threads() -> ThreadQuerySet:
    return Thread.objects.filter(pk__gt=FIRST_ID, pk__lt=FIRST_ID + 10**9, is_sample=True)


def _thread(number: int, groups: Sequence[int], now: datetime) -> Thread:
    draw = draw_for("thread", number)
    opened_at = now - _YEARS
    is_named = number % 10 != 0
    thread = Thread(
        pk=FIRST_ID + number,
        title=f"What {draw.choice(_VERBS)} {draw.choice(_THINGS)} in {draw.choice(_SUBJECTS)}? {number} ({MARK})",
        group_id=groups[0] if number == 1 else weighted(draw, dict.fromkeys(groups, 1)),
        visibility=Visibility.MEMBERS if number == 1 else weighted(draw, _VISIBILITIES),
        mode=Thread.Mode.NAMED if is_named else Thread.Mode.UNATTRIBUTED,
        opened_on=today_of(opened_at),
        opened_at=opened_at if is_named else None,
        is_sample=True,
    )
    thread.last_posted_at = thread.when(opened_at)
    return thread


def _home(number: int, threads: dict[int, Thread]) -> Thread:
    first = threads[min(threads)]
    others = len(threads) - 1
    if not others or (number % 10 == 0 and first.last_number < LONGEST):
        return first
    return threads[min(threads) + 1 + number * 7919 % others]


def _post(number: int, thread: Thread, at: datetime, writers: Sequence[int], texts: _Texts) -> Post:
    writer = writers[number * 31 % len(writers)]
    thread.last_number += 1
    thread.last_posted_at = thread.when(at)
    post = Post(
        pk=uuid.uuid5(_NAMESPACE, str(number)),
        thread=thread,
        number=thread.last_number,
        posted_on=today_of(at),
        attribution=Attribution.NONE,
        **texts.of(number, thread),
    )
    if thread.is_named:
        post.attribution, post.author_id, post.posted_at = Attribution.NAME, writer, at
    else:
        thread.told_number = thread.last_number
        post.sign_for(Member(pk=writer))
    return post


class _Texts:
    """A few texts, drawn once each: they hold nothing that leads to a place in a thread."""

    COUNT = 60

    def __init__(self) -> None:
        self._drawn: dict[int, dict[str, object]] = {}

    def of(self, number: int, thread: Thread) -> dict[str, object]:
        key = number * 17 % self.COUNT
        if key not in self._drawn:
            self._drawn[key] = drawing(thread, Post(pk=uuid.uuid5(_NAMESPACE, f"text {key}")), _text(key))
        return self._drawn[key]


def _text(key: int) -> str:
    draw = draw_for("post", key)
    sentences = [
        f"In {draw.choice(_SUBJECTS)} the rule {draw.choice(_VERBS)} **{draw.choice(_THINGS)}** as in case {key}."
        for _sentence in range(draw.randint(2, 9))
    ]
    return " ".join(sentences) + "\n\n> Made for benchmarks; nobody said so.\n\n- one\n- two\n"
