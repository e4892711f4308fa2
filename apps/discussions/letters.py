"""The words of mails about posts: each post in full, or as many as a mail can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.links import absolute, absolute_url
from apps.core.text import people_in, to_post_plain_text, with_names
from apps.discussions.mentions import names_of, typed_with
from apps.discussions.shown import Shown, shown
from apps.discussions.wording import MOST_IN_MAIL, mail_html
from apps.notifications.recipients import Recipient

if TYPE_CHECKING:
    from apps.discussions.models import Post, Thread
    from apps.notifications.models import OutgoingMail


@dataclass(frozen=True, slots=True)
class Told:
    """One post as it stands in a mail; ``file_name`` is "" where no file goes with it.

    ``html`` ends early where it ``is_whole`` no more; ``text`` is whole in any case.
    """

    row: Shown
    html: SafeString
    is_whole: bool
    text: str
    url: str
    file_name: str


def context_of(thread: Thread, mail: OutgoingMail, recipient: Recipient, why: dict[str, str]) -> dict[str, Any]:
    """Return what the templates of ``mail/_thread`` need."""
    posts = thread.posts_told(mail.occasion)
    fitting = _fitting(posts)
    # The permission to see the thread was asked just before, and the posts that stand are for everybody who has it.
    rows = shown(fitting, thread, recipient.member, may_write=False)
    names = names_of({number for post in fitting for number in people_in(post.text)})
    told = [_told(row, thread, names) for row in rows]
    return {
        "thread": thread,
        "posts": told,
        "left_out": len(posts) - len(fitting),
        "thread_url": told[0].url if told else absolute(thread.get_absolute_url()),
        **why,
    }


def report_context(thread: Thread) -> dict[str, Any]:
    """Return what the mail about a report needs. What it says stands on the page alone, as long as it waits."""
    return {
        "thread": thread,
        "reports_url": absolute_url("discussions:reports"),
        "why": _("You receive this because you look after this group's discussions."),
    }


def _fitting(posts: list[Post]) -> list[Post]:
    """As many as a mail can hold, the first one in any case: alone it always fits."""
    fitting: list[Post] = []
    length = 0
    for post in posts:
        length += len(mail_html(post)[0].encode())
        if length > MOST_IN_MAIL:
            break
        fitting.append(post)
    return fitting


def _told(row: Shown, thread: Thread, names: Mapping[int, str]) -> Told:
    html, is_whole = mail_html(row.post)
    return Told(
        row=row,
        html=with_names(html, names),
        is_whole=is_whole,
        text=to_post_plain_text(typed_with(row.post.text, names)),
        url=absolute_url("discussions:post", pk=thread.pk, number=row.number),
        file_name=row.attachment.name if row.attachment else "",
    )
