"""How a post's text is drawn, and how much may stand in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString

from apps.core.links import absolute
from apps.core.text import EDITION, to_post_html

if TYPE_CHECKING:
    from apps.discussions.models import Post, Thread


# Bytes of HTML: Gmail cuts what is longer than 102 KB, and the frame needs its share.
MOST_IN_MAIL = 60_000


def addresses_in(thread: Thread) -> dict[str, str]:
    """Return where mentions and numbers of posts lead, as ``to_post_html`` wants it."""
    return {
        "person": reverse("members:detail", args=[0]).removesuffix("0/"),
        "post": reverse("discussions:post", args=[thread.pk, 0]).removesuffix("0/"),
    }


def drawing(thread: Thread, post: Post, text: str) -> dict[str, Any]:
    """Return the columns of a post that hold its text: as typed, and as drawn. No query; up to a second of work, so
    do it before the thread is held.
    """
    html = to_post_html(text, anchor=post.id.hex[:8], **addresses_in(thread))
    return {"text": text, "html": str(html), "drawn_by": EDITION}


def mail_html(post: Post) -> tuple[SafeString, bool]:
    """Return the post as it stands in a mail, and whether that is all of it: what takes more than MOST_IN_MAIL bytes
    ends before. Its links lead to the portal from anywhere. No query.
    """
    addresses = {name: absolute(path) for name, path in addresses_in(post.thread).items()}
    return _mail_html(post.text, post.id.hex[:8], **addresses)


# A batch of mails is about a few posts.
@lru_cache(maxsize=128)
def _mail_html(text: str, anchor: str, *, person: str, post: str) -> tuple[SafeString, bool]:
    kept = text
    while (size := len((html := to_post_html(kept, anchor=anchor, person=person, post=post)).encode())) > MOST_IN_MAIL:
        shorter = kept[: len(kept) * MOST_IN_MAIL // (size + 1)]
        lines = shorter.rpartition("\n")[0]
        kept = lines if 2 * len(lines) > len(shorter) else shorter
    return html, kept == text


def preview(thread: Thread, text: str) -> SafeString:
    """Return a text as it would be drawn in the thread."""
    return to_post_html(text, anchor="preview", **addresses_in(thread))


def html_of(post: Post) -> str:
    """Return the post as drawn; anew where an earlier edition of the sanitiser drew it."""
    if post.drawn_by == EDITION:
        return post.html
    return str(drawing(post.thread, post, post.text)["html"])
