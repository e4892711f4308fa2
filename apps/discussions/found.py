"""What of discussions is found by words: titles, summaries and outcomes of threads, and what posts say.

A post is found by its writer's name where that stands above it, for all who may read it; a new name takes the place of
the old at once. Where it is withheld no name is known, and none is copied. A hidden or deleted post has no entry from
that moment on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core import searchable
from apps.core.fragments import kept_fragment
from apps.core.indexing import words_of
from apps.core.outlines import Outline
from apps.core.prepared import Prepared
from apps.core.references import PERSON
from apps.core.searchable import Piece, Row, Searchable
from apps.core.zones import date_text
from apps.discussions.badges import badges_of
from apps.discussions.board import LISTED, Entry, listed
from apps.discussions.mentions import NOBODY
from apps.discussions.models import Post, Thread
from apps.members.models import Member
from apps.publications.models import Attribution

THREAD_FIELDS = ("title", "summary", "outcome", "opened_on")

POST_FIELDS = ("text", "state", "posted_on", "author", "attribution")

# All that is shown of a post beside its words.
_LISTED = ("number", "posted_on", "author__name", *(f"thread__{field}" for field in LISTED))
_POST = Outline("discussions/_post_found.html")


def offer() -> None:
    """Make threads and posts findable."""
    searchable.register(THREADS, THREAD_FIELDS)
    searchable.register(POSTS, POST_FIELDS, {Member: (("name",), _posts_by)})


def _thread_pieces(thread: Thread) -> Iterator[Piece]:
    texts = (words_of(thread.summary), words_of(thread.outcome))
    yield Piece(thread.title, "\n".join(filter(None, texts)), thread.opened_on)


def _post_pieces(post: Post) -> Iterator[Piece]:
    if post.is_shown:
        # Who is mentioned stays with the post: a copy of the name would outlive it.
        # The name last: there it counts as a word like others, and no snippet begins with it.
        texts = (words_of(PERSON.sub(f"@{NOBODY}", post.text)), _name_above(post))
        yield Piece("", "\n".join(filter(None, texts)), post.posted_on)


def _name_above(post: Post) -> str:
    return post.author.name if post.attribution == Attribution.NAME and post.author else ""


def _posts_by(members: list[Any]) -> QuerySet[Any]:
    return Post.objects.filter(author__in=members)


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
    threads = listed(Thread.objects.filter(_SEEN_THREADS.holds(reader), pk__in=keys))
    return {searchable.key_of(thread.pk): Row(thread.get_absolute_url(), Entry(thread, reader)) for thread in threads}


_SEEN_THREADS = Prepared(lambda reader: Thread.objects.visible_to(reader).values("pk"))
_SEEN_POSTS = Prepared(lambda reader: Post.objects.visible_to(reader).shown().values("pk"))


def _draw_threads(rows: list[Row]) -> list[SafeString]:
    return _thread_facts.each(_thread_shown(row.shown) for row in rows)


def _thread_shown(entry: Entry) -> dict[str, Any]:
    return {"count": entry.thread.last_number, "badges": badges_of(entry.thread, entry.group_name)}


@kept_fragment("discussions/_thread_found.html")
def _thread_facts(**shown: Any) -> dict[str, Any]:
    return shown


def _post_rows(keys: list[str], reader: Member) -> dict[str, Row]:
    """One query."""
    posts = Post.objects.filter(_SEEN_POSTS.holds(reader), pk__in=keys)
    posts = posts.select_related("thread__group", "thread__event", "author").only(*_LISTED)
    return {
        searchable.key_of(post.pk): Row(post.get_absolute_url(), (post, Entry(post.thread, reader))) for post in posts
    }


def _draw_posts(rows: list[Row]) -> list[SafeString]:
    return _POST.each((_post_shown(row.url, *row.shown), {}) for row in rows)


def _post_shown(url: str, post: Post, entry: Entry) -> dict[str, Any]:
    return {
        "url": url,
        "title": entry.thread.title,
        "number": post.number,
        "author": post.author.name if post.author else "",
        "stamp": post.posted_on.isoformat(),
        "day": date_text(post.posted_on),
        "badges": badges_of(entry.thread, entry.group_name),
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
    draw=_draw_threads,
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
    draw=_draw_posts,
    load=lambda posts: posts.select_related("author"),
)
