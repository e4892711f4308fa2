"""What the export of one's own data says of publications: those one is named in as an author."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from apps.members import export
from apps.members.models import Member
from apps.publications.drafts import unseen_title
from apps.publications.models import Author, Circulation, Comment, CommentSheet, Consultee, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS

_TITLE = "circulation__publication__title"
_ASKED = (
    _TITLE,
    "via_group",
    "via_group__name",
    "via_topic__title",
    "is_reviewer",
    "added_at",
    "answered_on",
    "has_no_comments",
    "extended_until",
    "removed_at",
)
_SAID = (_TITLE, *ANCHOR_FIELDS)
_FIELDS = ("publication__title", "publication__published_on", "position", "name", "organisation", "orcid")


def offer() -> None:
    """Register. Called once, when the application is ready."""
    export.register("publications.author.member", _authorships)
    export.register("publications.consultee.member", _consultations)
    export.register("publications.draftcomment.member", _drafts)
    export.register("publications.commentsheet.member", _sheets)
    export.register("publications.comment.author", _comments)
    export.exempt("publications.comment.resolved_by", "Work done for the group on what others said.")
    export.exempt("publications.circulation.opened_by", "Work done for the group; the rows hold who was asked.")
    for choice in ("people", "reviewers"):
        export.exempt(f"publications.circulation.{choice}", "A choice before the opening; the rows hold who was asked.")
    export.exempt("publications.step.by", "Work done for the group; it stands in the paper's history.")
    export.exempt(
        "publications.publication.created_by", "Publications are the group's; who entered one is in its history."
    )
    export.exempt("publications.version.made_by", "The files are the group's; who added one is in the paper's history.")


def _authorships(member: Member) -> list[dict[str, Any]]:
    return export.rows(Author.objects.filter(member=member), *_FIELDS)


def _consultations(member: Member) -> list[dict[str, Any]]:
    asked = _rows(member, Consultee.objects.filter(member=member), *_ASKED)
    return export.without_unseen_groups(member, asked, "via_group")


def _drafts(member: Member) -> list[dict[str, Any]]:
    return _rows(member, DraftComment.objects.filter(member=member), *_SAID, "created_at", "updated_at")


def _sheets(member: Member) -> list[dict[str, Any]]:
    """Rows sent and not imported yet; they go within two days."""
    return _rows(member, CommentSheet.objects.filter(member=member), _TITLE, "texts", "created_at")


def _comments(member: Member) -> list[dict[str, Any]]:
    """Also those that show no name: only their writer can find them, by their mark."""
    asked = Consultee.objects.filter(member=member).values("circulation")
    comments = Comment.objects.filter(circulation__in=asked).select_related("circulation__publication").in_place()
    seen = set(Circulation.objects.visible_to(member).filter(pk__in=asked).values_list("pk", flat=True))
    own = (comment for comment in comments.iterator(chunk_size=500) if comment.is_of(member))
    return [_said(comment, is_seen=comment.circulation_id in seen) for comment in own]


def _said(comment: Comment, *, is_seen: bool) -> dict[str, Any]:
    said = {name: getattr(comment, name) for name in ANCHOR_FIELDS}
    shown = {"shown_as": comment.attribution, "label": comment.label, "sent_on": comment.sent_on}
    return {_TITLE: comment.circulation.publication.title if is_seen else unseen_title(), **said, **shown}


def _rows(member: Member, query: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Return these fields of all rows, without the title of a paper the member does not see any more: it may be
    another by now.
    """
    seen = Circulation.objects.visible_to(member).filter(pk__in=query.order_by().values("circulation"))
    numbers = set(seen.values_list("pk", flat=True))
    rows = export.rows(query, "circulation", *fields)
    return [row if row.pop("circulation") in numbers else row | {_TITLE: unseen_title()} for row in rows]
