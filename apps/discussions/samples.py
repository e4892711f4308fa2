"""The mails about discussions with made-up posts, for the list of all kinds in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.links import absolute
from apps.discussions.letters import Told, report_context
from apps.discussions.models import Post, Thread
from apps.discussions.shown import Shown
from apps.discussions.wording import mail_html
from apps.members.models import Group
from apps.members.permissions import Visibility
from apps.notifications import samples
from apps.notifications.recipients import Recipient
from apps.notifications.samples import NOBODY_ID, Letter, Words, letter_about
from apps.publications.models import Attribution

_TEXT = (
    "A first transfer is counted once. If the letter is changed after it, the change can only hold for what has not "
    "been transferred yet.\n\n> Does a changed letter reopen a first transfer?\n\nI would say **no**."
)


def offer() -> None:
    """Register. Called once, when the application is ready."""
    samples.register(_report_letter, "post_reported")
    samples.register(_letter, "thread_post", "thread_addressed", "thread_batch")


def _report_letter(kind: str, recipient: Recipient, now: datetime) -> Letter:
    return letter_about(kind, Words(report_context(_thread(is_named=True))), recipient, now)


def _letter(kind: str, recipient: Recipient, now: datetime) -> Letter:
    is_named = kind != "thread_batch"
    thread = _thread(is_named=is_named)
    post = Post(thread=thread, number=4, text=_TEXT, attribution=Attribution.NAME if is_named else Attribution.NONE)
    name, about = ("Lupe Fonoti", "Ministry of Environment · Samoa") if is_named else ("A member of the group", "")
    html, is_whole = mail_html(post)
    row = Shown(post, html, name, about, False, not is_named, "Thu 10 June 2027", "", False, False)
    why = _("You receive this because you follow this thread.")
    if kind == "thread_addressed":
        why = _("You receive this because you are mentioned.")
    address = absolute(thread.get_absolute_url())
    context: dict[str, Any] = {
        "thread": thread,
        "posts": [Told(row, html, is_whole, _TEXT, address, "Letter template.pdf" if is_named else "")],
        "left_out": 0,
        "thread_url": address,
        "why": why,
        "rule_url": f"{address}#follow",
    }
    return letter_about(kind, Words(context), recipient, now)


def _thread(*, is_named: bool) -> Thread:
    return Thread(
        pk=1,
        title="Does a changed letter reopen a first transfer?",
        group=Group(pk=NOBODY_ID, name="Authorisation", slug="sample", visibility=Visibility.MEMBERS),
        mode=Thread.Mode.NAMED if is_named else Thread.Mode.UNATTRIBUTED,
    )
