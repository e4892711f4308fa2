"""The comments of a circulation as one reader meets them: those they may see, in the order of the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.members.models import Member
from apps.members.permissions import allows
from apps.publications.models import Circulation, Comment

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment for one reader. How it was settled shows to those who lead, and to all once they were told."""

    comment: Comment
    is_own: bool
    shows_outcome: bool

    @property
    def may_change(self) -> bool:
        return self.is_own and not self.comment.is_resolved


@dataclass(frozen=True, slots=True)
class Seen:
    """Which comments the reader may see, in the order of the document, and which are their own."""

    ids: list[UUID]
    own: frozenset[UUID]
    sees_all: bool


def seen_comments(circulation: Circulation, reader: Member, today: date, *, is_asked: bool) -> Seen:
    """Return what of the circulation's comments the reader may see: known ones of others where they show, own ones.

    One query, some milliseconds for 1,000 comments (one HMAC each), beside those of the policy. ``is_asked``: whether
    the reader was ever asked; nobody else has own ones.
    """
    sees_all = allows(reader, "publications.see_comments_circulation", circulation)
    rows = circulation.comments.in_place().only("pk", "owner_mark", "attribution", "sent_on")
    ids, own = [], set()
    for comment in rows.iterator(chunk_size=1000):
        if is_asked and comment.is_of(reader):
            own.add(comment.pk)
        elif not sees_all or not comment.is_known(today):
            continue
        ids.append(comment.pk)
    return Seen(ids, frozenset(own), sees_all)


def remarks_page(request: HttpRequest, circulation: Circulation, seen: Seen, *, leads: bool) -> Page:
    """Return one page of what the reader may see, as remarks. One query."""
    page: Page = Paginator(seen.ids, PER_PAGE).get_page(request.GET.get("page"))
    is_told = leads or circulation.told_at is not None
    shown: Any = remarks(in_full(page.object_list), seen, is_told=is_told)
    page.object_list = shown
    return page


def in_full(ids: Iterable[UUID]) -> QuerySet[Comment]:
    """Return these comments with all that is shown of them, in place."""
    return Comment.objects.filter(pk__in=list(ids)).select_related("resolved_in").defer("resolved_in__text").in_place()


def remarks_on_page(
    circulation: Circulation, reader: Member, today: date, page: int, *, is_asked: bool, is_told: bool, limit: int
) -> list[Remark]:
    """Return what the reader may see of the comments on one page, as many as ``limit``. One query."""
    rows = circulation.comments.filter(page=page).select_related("resolved_in").defer("resolved_in__text").in_place()
    sees_all = allows(reader, "publications.see_comments_circulation", circulation)
    found = []
    for comment in rows[:limit]:
        is_own = is_asked and comment.is_of(reader)
        if is_own or (sees_all and comment.is_known(today)):
            found.append(Remark(comment, is_own, is_told and comment.is_resolved))
    return found


def remarks(comments: Iterable[Comment], seen: Seen, *, is_told: bool) -> list[Remark]:
    return [Remark(comment, comment.pk in seen.own, is_told and comment.is_resolved) for comment in comments]
