"""The sample threads, straight as rows: nobody is mailed about them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from apps.discussions.levels import Level
from apps.discussions.mentions import resolved
from apps.discussions.models import Post, ReadMark, Subscription, Thread, today_of
from apps.discussions.wording import drawing
from apps.events.models import Event
from apps.members.models import Group, Member, Topic
from apps.pages.demo.source import table
from apps.publications.models import Attribution

_SAME_NAME = ("title", "visibility", "mode")


def load_threads(members: dict[str, Member], now: datetime) -> None:
    """Make the threads with their posts, what was read of them, and who follows."""
    for data in table("threads")["thread"]:
        thread = _thread(data, members, now)
        ReadMark.objects.bulk_create(
            ReadMark(thread=thread, member=members[login], number=number) for login, number in data["read"].items()
        )
        for row in data["post"]:
            _post(thread, row, members[row["by"]], now - timedelta(hours=row["ago"]))
        if thread.is_named:
            _follow(thread, {members[row["by"]].pk for row in data["post"]})


def _thread(data: dict[str, Any], members: dict[str, Member], now: datetime) -> Thread:
    opening = data["post"][0]
    opened_at = now - timedelta(hours=opening["ago"])
    thread = Thread(
        group=Group.objects.get(slug=data["group"]),
        event=Event.objects.get(slug=data["event"]) if "event" in data else None,
        opened_on=today_of(opened_at),
        is_sample=True,
        **{name: data[name] for name in _SAME_NAME if name in data},
    )
    thread.last_posted_at = thread.when(opened_at)
    if thread.is_named:
        thread.opener, thread.opened_at = members[opening["by"]], opened_at
    _sum_up(thread, data, now)
    thread.save(force_insert=True)
    thread.topics.set(Topic.objects.filter(slug__in=data["topics"]))
    return thread


def _sum_up(thread: Thread, data: dict[str, Any], now: datetime) -> None:
    if "summary" in data:
        thread.summary, thread.summary_number = data["summary"], data["summary_number"]
        thread.summary_on = today_of(now)
    if "outcome" in data:
        thread.outcome, thread.outcome_number = data["outcome"], data["outcome_number"]
        thread.outcome_on = today_of(now)


def _post(thread: Thread, row: dict[str, Any], writer: Member, at: datetime) -> None:
    post = Post(thread=thread, posted_on=today_of(at), attribution=Attribution.NONE)
    for name, value in drawing(thread, post, resolved(row["text"].strip(), actor=writer, thread=thread)).items():
        setattr(post, name, value)
    if thread.is_named:
        post.attribution, post.author, post.posted_at = Attribution.NAME, writer, at
    else:
        post.sign_for(writer)
    post.number = thread.take_number(at)
    post.save(force_insert=True)
    if thread.is_named:
        ReadMark.objects.advance_past_own(member=writer, thread_id=thread.pk, number=post.number)


def _follow(thread: Thread, writers: set[int]) -> None:
    """As who writes under their name does."""
    Subscription.objects.bulk_create(
        Subscription(thread=thread, member_id=pk, level=Level.ALL) for pk in sorted(writers)
    )
