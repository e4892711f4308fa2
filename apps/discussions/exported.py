"""What the export of one's own data says of discussions: one's posts, those without a name too, and what is kept of
one's reading.
"""

from __future__ import annotations

from typing import Any

from apps.discussions.models import DraftPost, Post, PostReport, ReadMark, Subscription, Thread
from apps.members import export
from apps.members.models import Member

_SAID = ("thread__title", "number", "text", "attribution", "label", "posted_on", "posted_at", "edited_on", "state")


def offer() -> None:
    """Register. Called once, when the application is ready."""
    export.register("discussions.post.author", _posts)
    export.register("discussions.thread.opener", _threads)
    export.register("discussions.draftpost.member", _drafts)
    export.register("discussions.readmark.member", _read_marks)
    export.register("discussions.postreport.reporter", _reports)
    export.register("discussions.subscription.member", _subscriptions)
    export.exempt("discussions.thread.summary_by", "Work done for the group; it stands in the thread.")
    export.exempt("discussions.postreport.settled_by", "Work done for the group on what others said.")


def _posts(member: Member) -> list[dict[str, Any]]:
    """Under one's name, and without it: only their writer can find the latter, by their mark."""
    named = export.rows(Post.objects.filter(author=member), *_SAID)
    withheld = Post.objects.visible_to(member).filter(author=None).exclude(owner_mark="")
    found = withheld.select_related("thread").order_by("pk").iterator(chunk_size=500)
    return named + [_said(post) for post in found if post.is_of(member)]


def _said(post: Post) -> dict[str, Any]:
    return {name: post.thread.title if name == "thread__title" else getattr(post, name) for name in _SAID}


def _threads(member: Member) -> list[dict[str, Any]]:
    return export.rows(Thread.objects.filter(opener=member), "title", "group__name", "opened_at")


def _drafts(member: Member) -> list[dict[str, Any]]:
    return export.rows(DraftPost.objects.filter(member=member), "thread__title", "text", "saved_at")


def _read_marks(member: Member) -> list[dict[str, Any]]:
    return export.rows(ReadMark.objects.filter(member=member), "thread__title", "number")


def _subscriptions(member: Member) -> list[dict[str, Any]]:
    return export.rows(
        Subscription.objects.filter(member=member), "thread__title", "topic__title", "group__name", "level"
    )


def _reports(member: Member) -> list[dict[str, Any]]:
    return export.rows(
        PostReport.objects.filter(reporter=member), "post__thread__title", "reason", "reported_on", "state"
    )
