"""What of discussions is found by words: titles, summaries and outcomes of threads, and what posts say.

Never by who wrote: of an unattributed post nothing else is known, and of a named one nothing else is copied. A hidden
or deleted post has no entry from that moment on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core import searchable
from apps.core.indexing import words_of
from apps.core.searchable import Piece, Row, Searchable
from apps.discussions.board import Entry
from apps.discussions.models import Post, Thread
from apps.members.models import Member

THREAD_FIELDS = ("title", "summary", "outcome", "opened_on")
# Who it is stays with the post: a copy of the name would outlive it.
_MENTION = re.compile(r"@\{\d+\}")

POST_FIELDS = ("text", "state", "posted_on")


def offer() -> None:
    """Make threads and posts findable."""
    searchable.register(THREADS, THREAD_FIELDS)
    searchable.register(POSTS, POST_FIELDS)


def _thread_pieces(thread: Thread) -> Iterator[Piece]:
    texts = (words_of(thread.summary), words_of(thread.outcome))
    yield Piece(thread.title, "\n".join(filter(None, texts)), thread.opened_on)


def _post_pieces(post: Post) -> Iterator[Piece]:
    if post.is_shown:
        yield Piece("", words_of(_MENTION.sub("@…", post.text)), post.posted_on)


def _thread_ways(reader: Member | None) -> dict[str, QuerySet[Any]]:
    return {"": Thread.objects.visible_to(reader)} if reader else {}


def _post_ways(reader: Member | None) -> dict[str, QuerySet[Any]]:
    return {"": Post.objects.visible_to(reader).shown()} if reader else {}


def _threads_on_topic(threads: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return threads.filter(pk__in=Thread.objects.on_topic_called(slug).values("pk"))


def _posts_on_topic(posts: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return posts.filter(thread__in=Thread.objects.on_topic_called(slug).values("pk"))


def _threads_in_group(threads: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return threads.filter(group__slug=slug)


def _posts_in_group(posts: QuerySet[Any], slug: str, reader: Member | None) -> QuerySet[Any]:
    return posts.filter(thread__in=Thread.objects.filter(group__slug=slug).values("pk"))


def _thread_rows(keys: list[str], reader: Member) -> dict[str, Row]:
    """One query."""
    threads = Thread.objects.visible_to(reader).filter(pk__in=keys).select_related("group")
    return {searchable.key_of(thread.pk): Row(thread.get_absolute_url(), Entry(thread, reader)) for thread in threads}


def _post_rows(keys: list[str], reader: Member) -> dict[str, Row]:
    """One query."""
    posts = Post.objects.visible_to(reader).shown().filter(pk__in=keys).select_related("thread__group", "author")
    posts = posts.defer("text", "html", "thread__summary", "thread__outcome")
    return {
        searchable.key_of(post.pk): Row(post.get_absolute_url(), (post, Entry(post.thread, reader))) for post in posts
    }


THREADS = Searchable(
    kind="thread",
    number=4,
    name=_("Thread"),
    plural=_("Threads"),
    model=Thread,
    pieces=_thread_pieces,
    ways=_thread_ways,
    on_topic=_threads_on_topic,
    in_group=_threads_in_group,
    rows=_thread_rows,
    template="discussions/_thread_found.html",
)
POSTS = Searchable(
    kind="post",
    number=5,
    name=_("Post"),
    plural=_("Posts"),
    model=Post,
    pieces=_post_pieces,
    ways=_post_ways,
    on_topic=_posts_on_topic,
    in_group=_posts_in_group,
    rows=_post_rows,
    template="discussions/_post_found.html",
)
