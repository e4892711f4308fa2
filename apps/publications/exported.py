"""What the export of one's own data says of publications: those one is named in as an author."""

from __future__ import annotations

from typing import Any

from apps.members import export
from apps.members.models import Member
from apps.publications.models import Author, Comment, CommentSheet, Consultee, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS

_ASKED = (
    "circulation__publication__title",
    "via_group__name",
    "via_topic__title",
    "is_reviewer",
    "added_at",
    "answered_on",
    "has_no_comments",
    "extended_until",
    "removed_at",
)
_SAID = ("circulation__publication__title", *ANCHOR_FIELDS)
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
    return export.rows(Consultee.objects.filter(member=member), *_ASKED)


def _drafts(member: Member) -> list[dict[str, Any]]:
    return export.rows(DraftComment.objects.filter(member=member), *_SAID, "created_at", "updated_at")


def _sheets(member: Member) -> list[dict[str, Any]]:
    """Rows sent and not imported yet; they go within a day."""
    sheets = CommentSheet.objects.filter(member=member)
    return export.rows(sheets, "circulation__publication__title", "texts", "created_at")


def _comments(member: Member) -> list[dict[str, Any]]:
    """Also those that show no name: only their writer can find them, by their mark."""
    asked = Consultee.objects.filter(member=member).values("circulation")
    comments = Comment.objects.filter(circulation__in=asked).select_related("circulation__publication").in_place()
    return [_said(comment) for comment in comments.iterator(chunk_size=500) if comment.is_of(member)]


def _said(comment: Comment) -> dict[str, Any]:
    said = {name: getattr(comment, name) for name in ANCHOR_FIELDS}
    shown = {"shown_as": comment.attribution, "label": comment.label, "sent_on": comment.sent_on}
    return {"circulation__publication__title": comment.circulation.publication.title, **said, **shown}
