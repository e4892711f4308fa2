"""Posts as one reader meets them on the thread's page: who wrote, what stands there, what the reader may do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from apps.core.countries import country_name
from apps.core.text import people_in, with_names
from apps.core.zones import UTC_ZONE, clock_text, date_text, day_text, zone_of
from apps.discussions.labels import label_words
from apps.discussions.mentions import names_of
from apps.discussions.wording import html_of, preview
from apps.members.models import Member
from apps.members.permissions import Personal, allows, meets, shows_field
from apps.publications.models import Attribution

if TYPE_CHECKING:
    from apps.discussions.models import Attachment, Post, PostRevision, Thread


@dataclass(frozen=True, slots=True)
class Shown:
    """One post for one reader. ``html`` is empty where the text is not for them."""

    post: Post
    html: SafeString
    name: str
    about: str
    has_page: bool
    is_withheld: bool
    when: str
    stamp: str
    is_own: bool
    is_editable: bool

    @property
    def number(self) -> int:
        return self.post.number

    @property
    def attachment(self) -> Attachment | None:
        """The post's file; it comes with the post."""
        return getattr(self.post, "attachment", None)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A text that stood in a post, the name of the file beside it, and until when."""

    html: SafeString
    file_name: str
    until: str


def shown(posts: Iterable[Post], thread: Thread, reader: Member, *, may_write: bool) -> list[Shown]:
    """Return the posts of one thread as the reader meets them. They come from ``shown_whole``, or with as much.

    One query where somebody is mentioned. In an unattributed thread each costs an HMAC: whether it is the reader's.
    """
    posts = list(posts)
    for post in posts:
        post.thread = thread
    texts = {post.pk: html_of(post) if allows(reader, "discussions.view_post", post) else "" for post in posts}
    names = names_of({number for post in posts if texts[post.pk] for number in people_in(post.text)})
    # Most pages are by a few people.
    authors = {post.author_id: author_of(post, reader) for post in posts if post.author_id}
    return [
        _one(post, with_names(texts[post.pk], names), authors.get(post.author_id or 0), reader, may_write=may_write)
        for post in posts
    ]


def _one(
    post: Post, html: SafeString, author: tuple[str, str, bool] | None, reader: Member, *, may_write: bool
) -> Shown:
    is_own = not post.is_gone and post.is_of(reader)
    name, about, has_page = author or author_of(post, reader)
    when, stamp = time_of(post, reader)
    return Shown(
        post=post,
        html=html,
        name=name,
        about=about,
        has_page=has_page,
        is_withheld=post.attribution != Attribution.NAME,
        when=when,
        stamp=stamp,
        is_own=is_own,
        is_editable=is_own and may_write and post.is_shown,
    )


def author_of(post: Post, reader: Member) -> tuple[str, str, bool]:
    """Return who stands above the post, what is said of them beside it, and whether their page opens to the reader."""
    if post.attribution != Attribution.NAME:
        return label_words(post.attribution, post.label), "", False
    author = post.author
    if author is None:
        return pgettext("author of a post", "Former member"), "", False
    return str(author.name), _affiliation(author, reader), meets(reader, author)


def time_of(post: Post, reader: Member) -> tuple[str, str]:
    """Return when it was posted in words and for machines: the instant, or no more than the day."""
    if post.posted_at is None:
        return date_text(post.posted_on), post.posted_on.isoformat()
    zone = zone_in(post.thread, reader)
    local = post.posted_at.astimezone(zone)
    return f"{day_text(local, zone)}, {clock_text(local, zone)}", local.isoformat(timespec="minutes")


def zone_in(thread: Thread, reader: Member) -> tzinfo:
    """Return the zone in which the reader reads the thread's times: a day without an hour is a day in UTC for all."""
    return (zone_of(reader) if thread.is_named else None) or UTC_ZONE


def _affiliation(author: Member, reader: Member) -> str:
    """As far as the author shows it to the reader. The organisation comes with the author."""
    organisation = author.organisation if shows_field(reader, author, Personal.ORGANISATION) else None
    country = country_name(str(author.country)) if shows_field(reader, author, Personal.COUNTRY) else ""
    return " · ".join(str(part) for part in (organisation, country) if part)


def text_now(text: str, thread: Thread) -> SafeString:
    """Return a text that stands in no post as one of the thread's would be drawn. One query at most."""
    return with_names(preview(thread, text), names_of(people_in(text)))


def earlier_texts(post: Post, revisions: Sequence[PostRevision], reader: Member) -> list[Earlier]:
    """Return what stood in the post by these of its revisions. Each is drawn anew. One query at most."""
    drawn = [preview(post.thread, revision.text) for revision in revisions]
    names = names_of({number for revision in revisions for number in people_in(revision.text)})
    zone = zone_in(post.thread, reader)
    texts = zip(drawn, revisions, strict=True)
    return [Earlier(with_names(html, names), revision.file_name, _until(revision, zone)) for html, revision in texts]


def _until(revision: PostRevision, zone: tzinfo) -> str:
    if revision.replaced_at is None:
        return date_text(revision.replaced_on)
    return f"{day_text(revision.replaced_at, zone)}, {clock_text(revision.replaced_at, zone)}"
