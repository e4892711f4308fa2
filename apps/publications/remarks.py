"""The comments of a circulation as one reader meets them: those they may see, in the order of the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, QuerySet
from django.http import HttpRequest

from apps.core.prepared import Prepared
from apps.members.models import Member
from apps.members.permissions import allows
from apps.publications.anchors import Outline
from apps.publications.leaves import Leaf
from apps.publications.models import Circulation, Comment
from apps.publications.models.comment import ANCHOR_FIELDS, owner_mark
from apps.publications.plaincomments import COLUMNS, PlainComment
from apps.publications.querysets import CommentQuerySet
from apps.publications.standing import Standing, day_of

PER_PAGE = 50
# What is shown of a comment, and what tells whether it may be: fifty times each field costs its reading.
SHOWN = (
    *ANCHOR_FIELDS,
    "attribution",
    "label",
    "author",
    "owner_mark",
    "sent_on",
    "disposition",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment for one reader. How it was settled shows to those who lead, and to all once they were told.

    ``at`` is the paragraph it belongs to, where there are no pages and that is known.
    """

    comment: Comment | PlainComment
    is_own: bool
    shows_outcome: bool
    at: int | None = None

    @property
    def may_change(self) -> bool:
        return self.is_own and not self.comment.is_resolved


def remarks_page(request: HttpRequest, standing: Standing, *, sees_all: bool) -> Page:
    """Return one page of what the reader may see, as remarks. Five queries at most. Nobody who is not asked has own
    ones.

    ``sees_all``: those of others too, as far as they are known today. Who is asked costs one HMAC for each comment on
    the page, and for each that others do not know yet; who does not see all, one for each comment of the circulation.
    """
    circulation, reader, today = standing.circulation, standing.reader, day_of(standing.now)
    is_asked, wanted = standing.consultee is not None, request.GET.get("page")
    known, fresh = next(iter(_COUNTS.rows(None, circulation.pk, today)), (0, 0)) if sees_all else (0, 0)
    if sees_all and not (is_asked and fresh and _has_fresh(circulation, reader, today)):
        page: Page = _KnownPaginator(circulation, today, known).get_page(wanted)
        own = {each.pk for each in page.object_list if is_asked and each.owner_mark == owner_mark(each.pk, reader)}
        rows = in_full(Comment.objects.all()).in_bulk(own) if own else {}
        comments: list[Any] = [rows.get(each.pk, each) for each in page.object_list]
    else:
        ids = _seen(circulation, reader, today, sees_all=sees_all) if is_asked else []
        page = Paginator(ids, PER_PAGE).get_page(wanted)
        comments = list(in_full(Comment.objects.filter(pk__in=list(page.object_list))))
        own = {each.pk for each in comments if is_asked and each.is_of(reader)}
    is_told = standing.leads or circulation.told_at is not None
    shown: Any = [Remark(each, each.pk in own, is_told and each.is_resolved) for each in comments]
    page.object_list = shown
    return page


def in_full(comments: CommentQuerySet) -> CommentQuerySet:
    """Return the comments with all that is shown of them, in place."""
    return comments.select_related("resolved_in").only(*SHOWN, "resolved_in__number").in_place()


class _KnownPaginator(Paginator):
    """The pages of what everybody sees who sees those of others. Whose they are is not asked."""

    def __init__(self, circulation: Circulation, today: date, count: int) -> None:
        super().__init__((), PER_PAGE)
        self.asked = (circulation.pk, today)
        self.count = count

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        rows = _KNOWN.objects(None, (number - 1) * PER_PAGE, *self.asked)
        return Page([PlainComment(*row) for row in rows], number, self)


def _counts(_reader: None, circulation: int, today: date) -> QuerySet[Any, Any]:
    """How many others know, and how many they do not know yet."""
    known = CommentQuerySet.known_q(today)
    of_one = Comment.objects.filter(circulation=circulation).values("circulation")
    counted = of_one.annotate(known_count=Count("pk", filter=known), fresh_count=Count("pk", filter=~known))
    return counted.values_list("known_count", "fresh_count")


def _known(_reader: None, start: int, circulation: int, today: date) -> QuerySet[Any, Any]:
    known = Comment.objects.filter(circulation=circulation).known(today).in_place()
    return known.values_list(*COLUMNS)[start : start + PER_PAGE]


def _fresh(_reader: None, circulation: int, today: date) -> QuerySet[Any, Any]:
    return Comment.objects.filter(circulation=circulation).fresh(today).values_list("pk", "owner_mark")


_COUNTS, _KNOWN, _FRESH = Prepared(_counts), Prepared(_known), Prepared(_fresh)


def _has_fresh(circulation: Circulation, reader: Member, today: date) -> bool:
    """Whether the reader wrote one of those that others do not know yet. One query."""
    return any(mark == owner_mark(pk, reader) for pk, mark in _FRESH.objects(None, circulation.pk, today))


def _seen(circulation: Circulation, reader: Member, today: date, *, sees_all: bool) -> list[UUID]:
    """Return the ids of what the reader sees, own ones first looked for among all. One query."""
    # Plain values: a thousand rows of the model took longest of the whole page.
    known = ExpressionWrapper(CommentQuerySet.known_q(today), BooleanField())
    rows = circulation.comments.in_place().annotate(known=known).values_list("pk", "owner_mark", "known")
    return [pk for pk, mark, is_known in rows if (sees_all and is_known) or mark == owner_mark(pk, reader)]


def remarks_on_page(
    circulation: Circulation, reader: Member, today: date, page: int, *, is_asked: bool, is_told: bool, limit: int
) -> list[Remark]:
    """Return what the reader may see of the comments on one page, as many as ``limit``. One query.

    What they may not see takes no place: a list that gets shorter would tell when it was sent.
    """
    rows = in_full(circulation.comments.filter(page=page))
    sees_all = allows(reader, "publications.see_comments_circulation", circulation)
    found: list[Remark] = []
    for comment in rows.iterator(chunk_size=500):
        if len(found) == limit:
            break
        is_own = is_asked and comment.is_of(reader)
        if is_own or (sees_all and comment.is_known(today)):
            found.append(Remark(comment, is_own, is_told and comment.is_resolved))
    return found


def remarks_at_paragraphs(
    circulation: Circulation,
    reader: Member,
    today: date,
    leaf: Leaf,
    *,
    is_asked: bool,
    is_told: bool,
    limit: int,
) -> list[Remark]:
    """Return what the reader may see of the comments on these paragraphs of a text without pages, as many as ``limit``.

    In their order; on the first page also those whose place the text does not tell. One query, for all comments.
    """
    outline, shown = Outline(leaf.every_paragraph), {number for number, _text in leaf.paragraphs}
    if leaf.previous is None:
        shown |= {0}
    sees_all = allows(reader, "publications.see_comments_circulation", circulation)
    rows = in_full(circulation.comments.all())
    found = []
    for comment in rows.iterator(chunk_size=500):
        at = outline.paragraph_of(comment.section, comment.paragraph)
        if (at or 0) not in shown:
            continue
        is_own = is_asked and comment.is_of(reader)
        if is_own or (sees_all and comment.is_known(today)):
            found.append(Remark(comment, is_own, is_told and comment.is_resolved, at))
    # Sorting keeps the order of the document, and of random ids, among those on one paragraph.
    return sorted(found, key=lambda remark: remark.at or 0)[:limit]
