"""What the export of one's own data says of discussions: one's posts, those without a name too, and what is kept of
one's reading.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.discussions.models import DraftEdit, DraftPost, DraftThread, Post, PostReport, ReadMark, Subscription, Thread
from apps.members import export
from apps.members.models import Member

_SAID = ("thread__title", "number", "text", "attribution", "label", "posted_on", "posted_at", "edited_on", "state")

_OF_THREAD = {"title", "thread__title", "post__thread__title", "group__name"}


def offer() -> None:
    """Register. Called once, when the application is ready."""
    export.register("discussions.post.author", _posts)
    export.register("discussions.thread.opener", _threads)
    export.register("discussions.draftpost.member", _drafts)
    export.register("discussions.draftthread.member", _draft_threads)
    export.register("discussions.draftedit.member", _draft_edits)
    export.register("discussions.readmark.member", _read_marks)
    export.register("discussions.postreport.reporter", _reports)
    export.register("discussions.subscription.member", _subscriptions)
    export.exempt("discussions.thread.summary_by", "Work done for the group; it stands in the thread.")
    export.exempt("discussions.postreport.settled_by", "Work done for the group on what others said.")


def _posts(member: Member) -> list[dict[str, Any]]:
    """Under one's name, and without it: only their writer can find the latter, by their mark."""
    named = _rows(member, Post.objects.filter(author=member), "thread", *_SAID)
    withheld = Post.objects.visible_to(member).filter(author=None).exclude(owner_mark="").exclude(state__in=Post.GONE)
    found = withheld.select_related("thread").order_by("pk").iterator(chunk_size=500)
    return named + [_said(post) for post in found if post.is_of(member)]


def _said(post: Post) -> dict[str, Any]:
    return {name: post.thread.title if name == "thread__title" else getattr(post, name) for name in _SAID}


def _threads(member: Member) -> list[dict[str, Any]]:
    opened = _rows(member, Thread.objects.filter(opener=member), "pk", "title", "group", "group__name", "opened_at")
    return export.without_unseen_groups(member, opened, "group")


def _drafts(member: Member) -> list[dict[str, Any]]:
    return _rows(member, DraftPost.objects.filter(member=member), "thread", "thread__title", "text", "saved_at")


def _draft_threads(member: Member) -> list[dict[str, Any]]:
    return export.rows(DraftThread.objects.filter(member=member), "title", "text", "saved_at")


def _draft_edits(member: Member) -> list[dict[str, Any]]:
    drafts = DraftEdit.objects.filter(member=member)
    return _rows(member, drafts, "post__thread", "post__thread__title", "post__number", "text", "saved_at")


def _read_marks(member: Member) -> list[dict[str, Any]]:
    return _rows(member, ReadMark.objects.filter(member=member), "thread", "thread__title", "number")


def _subscriptions(member: Member) -> list[dict[str, Any]]:
    chosen = Subscription.objects.filter(member=member)
    rows = _rows(member, chosen, "thread", "thread__title", "topic__title", "group", "group__name", "level")
    return export.without_unseen_groups(member, rows, "group")


def _reports(member: Member) -> list[dict[str, Any]]:
    reports = PostReport.objects.filter(reporter=member)
    return _rows(member, reports, "post__thread", "post__thread__title", "reason", "reported_on", "state")


def _rows(member: Member, query: QuerySet[Any], thread: str, *fields: str) -> list[dict[str, Any]]:
    """Return these fields of all rows. Of a thread the member does not see any more neither the title, which may be
    another by now, nor the group: it may have been moved there since. ``thread`` leads from a row to its thread.
    """
    seen = Thread.objects.visible_to(member).filter(pk__in=query.order_by().values(thread))
    numbers = {None, *seen.values_list("pk", flat=True)}
    return [_named(row, is_seen=row.pop(thread) in numbers) for row in export.rows(query, thread, *fields)]


def _named(row: dict[str, Any], *, is_seen: bool) -> dict[str, Any]:
    unseen = _("A discussion you do not see any more")
    return row if is_seen else row | {name: unseen for name in row if name in _OF_THREAD}
