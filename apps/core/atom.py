"""Atom feeds (RFC 4287) of what everybody may read: each app says what its entries are; here they are written.

A feed never depends on who asks: readers of feeds do not sign in, and what they fetched is passed on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language

from apps.core.linkeddata import GROUP_NAME
from apps.core.links import absolute, absolute_url
from apps.core.xmltext import xml_text

# When an empty feed was last changed: the group's first day.
_BEGINNING = datetime(2019, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed. ``id`` stays the same for ever (``tag_uri``), ``path`` is where it is read now.

    Instants are in UTC; texts are plain. Without authors it is by the group.
    """

    id: str
    path: str
    title: str
    published_at: datetime
    updated_at: datetime
    summary: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed at ``path`` about what the page at ``page_path`` shows.

    ``gone_at`` is when something last went from it, where somebody knows: to its readers that is a change too.
    """

    path: str
    page_path: str
    title: str
    subtitle: str = ""
    gone_at: datetime | None = None


def tag_uri(kind: str, key: object) -> str:
    """Return a name of a thing that no change of its address changes (RFC 4151); ``key`` is its number, say."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2019:{kind}:{key}"


def feed_response(request: HttpRequest, feed: Feed, entries: Sequence[Entry]) -> HttpResponseBase:
    """Return the feed, or 304 to who has it already. The entries come in the order of the feed."""
    changed_at = max(feed.gone_at or _BEGINNING, *(entry.updated_at for entry in entries), _BEGINNING)
    body = _write(feed, entries, changed_at)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    last_modified = int(changed_at.timestamp())
    unchanged = get_conditional_response(request, etag=etag, last_modified=last_modified)
    response = unchanged or HttpResponse(body, content_type=_Writer.content_type)
    # Kept by whoever likes, but asked for again each time: what was taken back is gone at once.
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(last_modified)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _write(feed: Feed, entries: Iterable[Entry], changed_at: datetime) -> bytes:
    writer = _Writer(
        title=xml_text(feed.title),
        link=absolute(feed.page_path),
        description="",
        subtitle=xml_text(feed.subtitle) or None,
        language=get_language(),
        author_name=GROUP_NAME,
        author_link=absolute_url("pages:home"),
        feed_url=absolute(feed.path),
        feed_guid=tag_uri("feed", feed.path),
    )
    writer.changed_at = changed_at
    for entry in entries:
        writer.add_item(
            title=xml_text(entry.title),
            link=absolute(entry.path),
            # Django says that this is HTML, and leaves out None.
            description=linebreaks(xml_text(entry.summary), autoescape=True) or None,  # type: ignore[arg-type]
            unique_id=entry.id,
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            categories=[xml_text(topic) for topic in entry.topics],
            authors=[xml_text(author) for author in entry.authors],
        )
    return writer.writeString("utf-8").encode()


class _Writer(Atom1Feed):
    """Django's, with several authors to an entry, and a date of its own for the whole."""

    changed_at = _BEGINNING

    def latest_post_date(self) -> datetime:
        return self.changed_at

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author)
            handler.endElement("author")
