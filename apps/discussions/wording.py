"""How a post's text is drawn, and how much may stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString

from apps.core.links import absolute
from apps.core.text import EDITION, to_post_html

if TYPE_CHECKING:
    from apps.discussions.models import Post, Thread


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


def mail_html(post: Post) -> SafeString:
    """Return the post as it stands in a mail: its links lead to the portal from anywhere. No query."""
    addresses = {name: absolute(path) for name, path in addresses_in(post.thread).items()}
    return to_post_html(post.text, anchor=post.id.hex[:8], **addresses)


def preview(thread: Thread, text: str) -> SafeString:
    """Return a text as it would be drawn in the thread."""
    return to_post_html(text, anchor="preview", **addresses_in(thread))


def html_of(post: Post) -> str:
    """Return the post as drawn; anew where an earlier edition of the sanitiser drew it."""
    if post.drawn_by == EDITION:
        return post.html
    return str(drawing(post.thread, post, post.text)["html"])
